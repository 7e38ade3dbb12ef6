/*
 * Telling the kernel which names and directories it must ask for again.
 *
 * The kernel caches nearly everything for ever, so each change is announced, one name and
 * one directory at a time. For that the kernel takes the directory's lock, which any reader
 * may hold for as long as it likes. So a process of its own does it (mount/helpers/messenger.h),
 * and what must not wait isn't announced: the names in the root, in .registry and in at/ live for
 * a second only (tree_is_unannounced()), and what at/ leads to never changes.
 */
#ifndef ISMAPFS_ANNOUNCE_H
#define ISMAPFS_ANNOUNCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/counters.h"
#include "store.h"
#include "store/snapshot.h"

/* The longest message: one for a name. linux/fuse.h has its parts. */
#define ANNOUNCE_MESSAGE_MAX (64 + STORE_NAME_MAX + 1)

/* The kernel takes no message for so long: then it never will. Milliseconds. */
#define ANNOUNCE_STUCK 10000

struct announcer {
	int messages;		/* takes the messages, one a packet; -1: nobody is told */
	_Atomic uint64_t *told; /* how many of them the kernel has taken */
	struct counters *counters;
	const atomic_bool *stop; /* true: the mount ends, so give up */
	int device;		 /* the FUSE device, for what no directory's lock is needed for */
	/* Used by one thread. */
	const struct snapshot *snapshot; /* the one that is being announced */
	uint64_t sent;
	uint64_t seen;	/* *told when it was last looked at */
	int64_t waited; /* how long it has stayed the same since, while the thread looked */
};

/*
 * Announces what differs in the newer snapshot: names, listings, and attributes of
 * directories. Returns 0; -ECANCELED when told to stop; -ETIMEDOUT when the kernel takes no
 * message any more; -EOPNOTSUPP when pruning has removed the names that vanished and this
 * kernel can't forget all names; -EIO.
 */
int announce_snapshot(struct announcer *announcer, struct snapshot *older, struct snapshot *newer);

/*
 * Announces the attributes of changed directories again. An answer from the old
 * snapshot may have reached the kernel after the first announcement. Returns like
 * announce_snapshot().
 */
int announce_directories_again(struct announcer *announcer, struct snapshot *newer,
			       uint32_t older_generation);

/* Whether the kernel has taken all messages. */
bool announce_is_done(const struct announcer *announcer);

/* Notes that so many milliseconds went by. Returns 0, or -ETIMEDOUT when the kernel has taken no
 * message for ANNOUNCE_STUCK of them. */
int announce_pass_time(struct announcer *announcer, int64_t milliseconds);

#endif
