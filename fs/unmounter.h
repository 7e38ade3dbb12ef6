/*
 * Who unmounts when the driver may no more: a process of a few lines that keeps
 * just the right to unmount, or of who isn't root, to call fusermount3.
 *
 * It unmounts when it is told to, and at no other end of the driver's: in the
 * place of a mount that crashed there must be errors, not an empty directory,
 * which a mirror would take for the news that the list is empty.
 */
#ifndef ISMAPFS_UNMOUNTER_H
#define ISMAPFS_UNMOUNTER_H

#include <sys/types.h>

#include "options.h"

struct unmounter {
	int fd; /* to the process; -1: none */
	pid_t process;
};

#define UNMOUNTER_NONE \
	{ \
		.fd = -1 \
	}

/*
 * Starts the process. While there is one thread, and before /dev/fuse is open: a
 * copy of that would keep a dead driver's mount waiting for ever. path, without
 * symlinks, is where the tree will be. Returns 0, or -errno, which was said.
 */
int unmounter_start(struct unmounter *unmounter, const struct options *options, const char *path);

/* Has it unmounted, which waits for nobody who still uses the tree. Returns 0 or -errno. */
int unmounter_unmount(const struct unmounter *unmounter);

/* Ends the process and waits for that. Without one it is nothing. */
void unmounter_release(struct unmounter *unmounter);

#endif
