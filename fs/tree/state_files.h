/*
 * The state files as they are shown at one moment: rendered once from a
 * snapshot, a state and the clock's verdict, then never changed. Their inode
 * numbers say which of these they belong to.
 */
#ifndef ISMAPFS_STATUS_H
#define ISMAPFS_STATUS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree/node.h"
#include "store/snapshot.h"
#include "state.h"

struct status_file {
	char *text; /* NULL: the file doesn't exist */
	size_t length;
	int64_t mtime; /* nanoseconds */
};

struct status {
	atomic_uint references;
	uint32_t generation;
	uint32_t serial;
	bool stale;
	/* The store has a newer generation that can't be shown: nothing here may count as fresh. */
	bool behind;
	int64_t max_age;      /* milliseconds */
	int64_t last_success; /* milliseconds since 1970 UTC */
	struct status_file files[STATE_FILE_COUNT];
};

/*
 * Renders the state files. behind: as above. now and max_age: milliseconds.
 * *status has one reference, the caller's; it keeps nothing of the arguments.
 * Returns 0 or a negative errno value.
 */
int status_create(struct snapshot *snapshot, const struct state *state, bool behind,
		  int64_t max_age, int64_t now, struct status **status);

struct status *status_reference(struct status *status);

/* NULL is nothing to give back. Any thread. */
void status_release(struct status *status);

/* Whether the inode number is a state file's of this status. */
bool status_has(const struct status *status, uint64_t inode);

/* What a state file looks like. Returns 0, or -ENOENT when it doesn't exist. */
int status_node(const struct status *status, enum state_file file, struct node *node);

/* Whether status_create() with these arguments would show the same files under the same inode
 * numbers. */
bool status_holds(const struct status *status, const struct snapshot *snapshot,
		  const struct state *state, bool behind, int64_t now);

static inline void status_release_pointer(struct status **status)
{
	status_release(*status);
}

#define _cleanup_status_ __attribute__((cleanup(status_release_pointer)))

#endif
