/*
 * Pushing: putting files' contents into the kernel's page cache before a process asks
 * for them. This is what to push and how; prefetch.h decides when.
 *
 * Never push from a thread that answers requests: the kernel locks the page it
 * stores into (fuse_notify_store() in fs/fuse/dev.c), and a page that is being read
 * stays locked until its READ is answered.
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

/* Longer files aren't pushed: the kernel reads ahead in them by itself. */
#define PUSH_FILE_MAX 65536

/* How much is read from the store before it is pushed. Little at first, as a reader is about to
 * begin.
 */
#define PUSH_BATCH_FILES_FIRST 8
#define PUSH_BATCH_FILES 64
#define PUSH_BATCH_SIZE (PUSH_FILE_MAX + 65536)

struct push_file {
	uint64_t inode;
	size_t offset; /* in struct push, bytes */
	size_t length;
};

/* The files of a part of a directory's listing. */
struct push_part {
	struct directory directory;
	uint64_t behind; /* begin after this listing offset; 0: at the beginning */
	uint64_t up_to;	 /* end before this listing offset; 0: at the end */
	unsigned limit;	 /* the most files */
};

/* How much of a part was read from the store. */
struct push_progress {
	struct push_part part;
	unsigned left;
	uint64_t behind; /* listing offset of the last file */
	bool full;	 /* a batch was full: there is more */
	bool limited;	 /* the limit was reached */
};

/* For one thread. */
struct push {
	struct fuse_session *session;
	struct views *views;
	struct counters *counters;
	const atomic_bool *stop;
	/* The file that was read last. Other threads write it. */
	_Atomic uint64_t asked;
	uint64_t stored, unknown; /* all files ever pushed: accepted, or unknown to the kernel */
	struct push_file files[PUSH_BATCH_FILES];
	unsigned count;
	unsigned count_max; /* of this batch, at most PUSH_BATCH_FILES */
	size_t used;
	char *bytes; /* room for PUSH_BATCH_SIZE */
	/* If is_prepared: the part that the files above are of. */
	struct push_progress prepared;
	bool is_prepared;
};

/* Borrows all arguments. Returns 0 or -ENOMEM. */
int push_init(struct push *push, struct fuse_session *session, struct views *views,
	      struct counters *counters, const atomic_bool *stop);
void push_release(struct push *push);

/*
 * Pushes the files of a part. Returns true when all were pushed up to the listing
 * offset *to (0: the end); false when it gave up, since the kernel doesn't know
 * these inodes.
 */
bool push_listing(struct push *push, const struct push_part *part, uint64_t *to);

/*
 * Reads the first files of a part from the store, so that a push_listing() of the same
 * part begins at once. Any other call discards them.
 */
void push_prepare(struct push *push, const struct push_part *part);

/* Pushes files by their inode numbers. */
void push_inodes(struct push *push, const uint64_t *inodes, size_t count);

/*
 * Finds the directory that lists a file, and the file's listing offset. Returns 0 or
 * -errno.
 */
int push_place(struct push *push, uint64_t inode, struct directory *directory, uint64_t *offset);

/*
 * Whether an inode can be pushed: only files. Linux caches symlinks too, but refuses
 * to store them (EINVAL as of 6.18).
 */
bool push_possible(uint64_t inode);

#endif
