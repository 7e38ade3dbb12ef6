/*
 * What the small processes beside the driver have in common (guardian.h, messenger.h, locator.h).
 */
#ifndef ISMAPFS_HELPER_H
#define ISMAPFS_HELPER_H

#include <stddef.h>
#include <sys/types.h>

#include "mount/options.h"
#include "mount/sandbox.h"

/* One that serves the driver for as long as it lives. */
struct helper {
	void *shared; /* memory of both processes; NULL: none runs */
	size_t size;  /* of that */
	int fd;	      /* takes messages, one a packet; -1: none */
	pid_t process;
};

#define HELPER_NONE \
	{ \
		.fd = -1 \
	}

/* What one is told when it starts. Borrowed. */
struct helper_context {
	const struct sandbox *sandbox;
	const struct options *options;
	const char *path; /* of the mount, for ps */
	int device;	  /* of FUSE */
};

/*
 * Begins one, after fork(): in a session of its own, ignoring the signals that end the driver,
 * since it must live longer; with a name for ps (`name`, and "ismapfs: <does> <path>"); and
 * without a working directory, which would keep its file system busy.
 */
void helper_begin(const struct options *options, const char *name, const char *does,
		  const char *path);

/*
 * Closes all that the driver has open but these descriptors: a pipe's reader would wait for its
 * end, and a second descriptor of the FUSE device would keep a dead driver's connection alive.
 * They move to the numbers 3, 4 and so on; one that is negative becomes /dev/null. Returns 0 or
 * -errno; fds[0] stays usable, also after a failure.
 */
int helper_keep_fds(int *fds, size_t count);

/*
 * Reads the first message of one, by which it says that it is ready. One that says nothing for
 * ten seconds is killed: a library that lacks memory may never come to an end. Returns 0;
 * -ETIMEDOUT; -EPIPE when it ended; or another -errno.
 */
int helper_read_greeting(int fd, pid_t process, void *greeting, size_t size);

/*
 * Starts one with size bytes of shared memory, which are 0. Call it while there is one thread. In
 * the process function() writes an int to own_fd, 0 when it is ready or -errno, and serves until
 * read() of that says the end. Returns 0, that -errno, or another; the caller calls
 * helper_release() in either case.
 */
int helper_start(struct helper *helper, size_t size,
		 void (*function)(int own_fd, void *shared, const struct helper_context *context),
		 const struct helper_context *context);

/* Ends one. It is waited for a moment: it may wait for a lock of the kernel's, and ends as soon as
 * it has that. */
void helper_release(struct helper *helper);

#endif
