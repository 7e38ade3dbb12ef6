/*
 * Putting files' contents into the kernel's page cache before anybody asks:
 * what to push and how. When to do it is decided by prefetch.h.
 *
 * Never from a thread that answers requests: the kernel locks the page that it
 * stores into (fuse_notify_store() in fs/fuse/dev.c), and a page that is being
 * read stays locked until its READ is answered.
 */
#ifndef ISMAPFS_PUSH_H
#define ISMAPFS_PUSH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fuse_lowlevel.h>

#include "inode.h"
#include "kernel/counters.h"
#include "tree/view.h"

/* A file that is longer isn't pushed: the kernel reads ahead in it by itself. */
#define PUSH_FILE_MAX 65536

/* What is taken from the store at once, before any of it is pushed: little at first, for a reader
 * who is about to begin. */
#define PUSH_BATCH_FILES_FIRST 8
#define PUSH_BATCH_FILES 64
#define PUSH_BATCH_SIZE (PUSH_FILE_MAX + 65536)

struct push_file {
	uint64_t inode;
	size_t offset; /* in bytes below */
	size_t length;
};

/* The files of a part of a directory's listing. */
struct push_part {
	struct directory directory;
	uint64_t behind; /* a listing offset; 0: from the beginning */
	uint64_t up_to;	 /* likewise, without the entry there; 0: to the end */
	unsigned limit;	 /* files at most */
};

/* How far a part's files were taken from the store. */
struct push_progress {
	struct push_part part;
	unsigned left;
	uint64_t behind; /* the last one that was dealt with */
	bool full;	 /* there is more */
	bool limited;	 /* there is more, but it isn't wanted */
};

/* One thread's. */
struct push {
	struct fuse_session *session;
	struct views *views;
	struct counters *counters;
	const atomic_bool *stop;
	/* The file that was asked for last; written by those who answer. */
	_Atomic uint64_t asked;
	uint64_t stored, unknown; /* files, ever: taken by the kernel, and not known to it */
	struct push_file files[PUSH_BATCH_FILES];
	unsigned count;
	unsigned count_max; /* at once, now: PUSH_BATCH_FILES at most */
	size_t used;
	char *bytes; /* PUSH_BATCH_SIZE */
	/* What the files above are of, if they wait for that part's listing. */
	struct push_progress prepared;
	bool is_prepared;
};

/* Returns 0 or -ENOMEM. */
int push_init(struct push *push, struct fuse_session *session, struct views *views,
	      struct counters *counters, const atomic_bool *stop);
void push_release(struct push *push);

/*
 * Pushes the files that a part of a listing shows. Returns true when it is done up to the
 * offset *to (0: the end), false when it ended early: the kernel doesn't know
 * these inodes.
 */
bool push_listing(struct push *push, const struct push_part *part, uint64_t *to);

/*
 * Takes the first files of a part from the store, so that push_listing() has them
 * when the kernel knows them. What is taken next takes their place.
 */
void push_prepare(struct push *push, const struct push_part *part);

/* Pushes files, those that the kernel knows. */
void push_inodes(struct push *push, const uint64_t *inodes, size_t count);

/*
 * In which directory a file is, and the offset that a listing shows
 * it at. Returns 0, or a negative errno value when that isn't known.
 */
int push_place(struct push *push, uint64_t inode, struct directory *directory, uint64_t *offset);

/*
 * Whether inodes of this kind can be pushed: files. Linux refuses to store what
 * a symlink says (EINVAL as of 6.18), although it caches that as it does a
 * file's content.
 */
bool push_possible(uint64_t inode);

#endif
