/*
 * A small process that tells the kernel what changed (kernel/announce.h).
 *
 * For each name that changed the kernel takes its directory's lock. A process that lists that
 * directory holds the lock while it fills its own memory, and that memory may be a file of
 * another file system that never answers. Whoever waits for the lock can't even be killed. So
 * the driver never waits for it: it sends the messages to this process, which writes them to
 * the FUSE device, counts them, and can do nothing else.
 */
#ifndef ISMAPFS_MESSENGER_H
#define ISMAPFS_MESSENGER_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "mount/options.h"
#include "mount/sandbox.h"

/* Memory of both processes. */
struct messenger_shared {
	_Atomic uint64_t told; /* how many messages the kernel has taken */
};

struct messenger {
	struct messenger_shared *shared;
	int fd;	       /* takes the messages, one a packet; -1: none */
	pid_t process; /* 0: none */
};

#define MESSENGER_NONE \
	{ \
		.fd = -1 \
	}

/* Starts it. Call it while there is one thread, before the sandbox. device: the FUSE device. path:
 * of the mount, for ps. Returns 0 or -errno, already reported. The caller calls
 * messenger_release() in either case. */
int messenger_start(struct messenger *messenger, int device, const struct sandbox *sandbox,
		    const struct options *options, const char *path);

/* Ends it. If it waits for a directory's lock, it ends as soon as it has that. */
void messenger_release(struct messenger *messenger);

#endif
