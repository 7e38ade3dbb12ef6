/*
 * A small process that sees the mount to its end when the driver can't.
 *
 * The driver may not unmount any more (sandbox.h): the guardian keeps just that
 * right, or of who isn't root, that to call fusermount3. It unmounts when it is
 * told to, and at no other end of the driver's: in the place of a mount that
 * crashed there must be errors, not an empty directory, which a mirror would take
 * for the news that the list is empty.
 *
 * And when the driver dies without a word it ends the connection. The kernel does
 * so by itself only when the last descriptor is closed, and a thread that was
 * killed while it pushed a page waits inside the kernel, and for ever, for a
 * reader's request for the same page, which nobody will answer: reader and driver
 * would both hang.
 */
#ifndef ISMAPFS_GUARDIAN_H
#define ISMAPFS_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "mount/options.h"

struct guardian_shared;

struct guardian {
	struct guardian_shared *shared; /* in memory that both have */
	int fd;				/* to the process; -1: none */
	pid_t process;
	bool ends_connection; /* it can: a dead driver leaves nobody waiting */
	int unmounted;	      /* 0 or -errno, when it was asked to */
};

#define GUARDIAN_NONE \
	{ \
		.fd = -1 \
	}

/*
 * Starts the process, for the tree that is mounted at path, without symlinks.
 * From the thread that will call the other functions and whose end is taken for
 * the driver's, while there is no other thread. Returns 0, or -errno, which was
 * said; guardian_release in either case.
 */
int guardian_start(struct guardian *guardian, const struct options *options, const char *path);

/* Whether the process has ended. Any thread, until guardian_release. */
bool guardian_has_gone(const struct guardian *guardian);

/* Has it unmounted, which waits for nobody who still uses the tree; again tells how that went.
 * Returns 0 or -errno. */
int guardian_unmount(struct guardian *guardian);

/* Ends the process and waits for that. Without one it is nothing. */
void guardian_release(struct guardian *guardian);

#endif
