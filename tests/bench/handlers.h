/*
 * The driver's request handlers, called in this process: no kernel, no mount, no
 * other thread, so that what a request costs can be counted.
 */
#ifndef ISMAPFS_BENCH_HANDLERS_H
#define ISMAPFS_BENCH_HANDLERS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/driver.h"
#include "kernel/refresh.h"

#define HANDLERS_REPLY_MAX (1 << 18)

struct handlers {
	struct driver driver; /* first: what libfuse hands to handlers_take() */
	struct refresh refresh;
	struct fuse_session *session;
	int store_fd;
	int null_fd;
	uint64_t unique;
	uint64_t messages; /* sent by the driver: replies and announcements */
	int error;	   /* of the last one: 0 or a negative errno value */
	size_t length;	   /* of the last one's content */
	char reply[HANDLERS_REPLY_MAX];
};

/* What the statements of the driver's connection did since the last call. */
struct handlers_work {
	uint64_t steps; /* of SQLite's virtual machine */
	uint64_t pages; /* taken from SQLite's page cache or read into it */
	uint64_t read;	/* of these: from the file */
};

/* Opens a store as a mount of it would. Returns 0 or a negative errno value. */
int handlers_open(struct handlers *handlers, const char *store);
void handlers_close(struct handlers *handlers);

/* One request (linux/fuse.h); its answer is in *handlers. Returns its error. */
int handlers_call(struct handlers *handlers, uint32_t opcode, uint64_t inode, const void *argument,
		  size_t length);

/* LOOKUP. Returns 0 and the inode number (0: there is no such name), or the answer's error. */
int handlers_lookup(struct handlers *handlers, uint64_t parent, const char *name, uint64_t *inode);

/* READ from the file's beginning. Returns the number of bytes, or the answer's error. */
int64_t handlers_read(struct handlers *handlers, uint64_t inode, uint32_t size);

/* READDIRPLUS of a part: *offset goes on behind it. Returns the number of entries, 0 at the end, or
 * the answer's error. */
int64_t handlers_list(struct handlers *handlers, uint64_t inode, uint64_t *offset, uint32_t size);

struct handlers_work handlers_work(struct handlers *handlers);

#endif
