/*
 * A small process that says on which processor a thread runs (kernel/follow.h).
 *
 * Only /proc has that, where the driver, in its sandbox, may read nothing. This process may read
 * there, and can do nothing else: it gets the number of a thread and answers with the number of
 * a processor.
 */
#ifndef ISMAPFS_LOCATOR_H
#define ISMAPFS_LOCATOR_H

#include <sys/types.h>

#include "kernel/follow.h"
#include "mount/options.h"
#include "mount/sandbox.h"

struct locator {
	struct follow_shared *shared; /* NULL: none runs */
	int fd;			      /* takes a thread's number, 4 bytes; -1: none */
	pid_t process;		      /* 0: none */
};

#define LOCATOR_NONE \
	{ \
		.fd = -1 \
	}

/* Starts it, unless the driver may use one processor only, or was given a scheduling policy of its
 * own. Call it while there is one thread, before the sandbox. path: of the mount, for ps. Without
 * it walks are slower, so a failure is logged and no more. The caller calls locator_release(). */
void locator_start(struct locator *locator, const struct sandbox *sandbox,
		   const struct options *options, const char *path);

/* Ends it. */
void locator_release(struct locator *locator);

#endif
