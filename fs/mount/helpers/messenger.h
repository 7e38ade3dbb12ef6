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

#include "mount/helpers/helper.h"

/* Memory of both processes. */
struct messenger_shared {
	_Atomic uint64_t told; /* how many messages the kernel has taken */
};

/* Starts it. Call it while there is one thread, before the sandbox. Returns 0 or -errno, already
 * reported. The caller calls helper_release() in either case. */
int messenger_start(struct helper *messenger, const struct helper_context *context);

#endif
