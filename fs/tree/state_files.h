/*
 * The state files, rendered from a snapshot, a state and the time. Never changed
 * afterwards: a new state is a new struct, with other inode numbers.
 */
#ifndef ISMAPFS_STATE_FILES_H
#define ISMAPFS_STATE_FILES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state.h"
#include "store/snapshot.h"
#include "tree/node.h"

struct rendered_file {
	char *text; /* NULL: the file doesn't exist */
	size_t length;
	int64_t mtime; /* nanoseconds */
};

struct state_files {
	atomic_uint references;
	uint32_t generation;
	uint32_t serial;
	enum stale_reason reason; /* why the list is stale; STALE_NOT */
	/* The store has a newer generation that can't be shown, so the list is stale. */
	bool behind;
	struct state_limits limits;
	int64_t last_success; /* milliseconds since 1970 UTC */
	int64_t changed;      /* nanoseconds; later than what was shown before */
	int64_t ctime;	      /* nanoseconds; no file's is before it */
	struct rendered_file files[STATE_FILE_COUNT];
};

/*
 * Renders the state files. behind: the store has a newer generation that can't be
 * shown. now: milliseconds. *state_files has one reference, the caller's, and keeps
 * nothing of the arguments. Returns 0 or -errno.
 */
int state_files_create(struct snapshot *snapshot, const struct state *state, bool behind,
		       const struct state_limits *limits, int64_t now,
		       struct state_files **state_files);

/* Makes them come after those that were shown until now (nanoseconds): what changed has later
 * times, also where nothing says when it changed. */
void state_files_follow(struct state_files *next, const struct state_files *shown, int64_t now);

/* Takes another reference. The calling thread must hold one. */
struct state_files *state_files_reference(struct state_files *state_files);

/* Gives a reference back. NULL is ignored. Any thread. */
void state_files_release(struct state_files *state_files);

/* Whether the inode number is of one of these files. */
bool state_files_contain(const struct state_files *state_files, uint64_t inode);

/* A state file's node. Returns 0, or -ENOENT when the file doesn't exist. */
int state_files_node(const struct state_files *state_files, enum state_file file,
		     struct node *node);

/* Gives the directory that shows a state file that file's times, where they are later. */
void state_files_date(const struct state_files *state_files, enum state_file file,
		      struct node *directory);

/* Whether state_files_create() with these arguments would make the same files. */
bool state_files_are_current(const struct state_files *state_files, struct snapshot *snapshot,
			     const struct state *state, bool behind, int64_t now);

static inline void state_files_release_pointer(struct state_files **state_files)
{
	state_files_release(*state_files);
}

#define _cleanup_state_files_ __attribute__((cleanup(state_files_release_pointer)))

#endif
