/*
 * Telling the kernel which names and directories it must ask for again.
 *
 * The kernel caches everything for ever, so each change is announced, one name and
 * one directory at a time. For that the kernel takes the directory's lock, which a
 * waiting request may hold: never call these functions from a handler, nor while
 * holding a lock that a handler waits for.
 */
#ifndef ISMAPFS_ANNOUNCE_H
#define ISMAPFS_ANNOUNCE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <fuse_lowlevel.h>

#include "kernel/counters.h"
#include "store/snapshot.h"
#include "tree/state_files.h"

struct announcer {
	struct fuse_session *session;
	struct counters *counters;
	const atomic_bool *stop; /* borrowed; true: the mount ends, so give up */
};

/*
 * Announces what differs in the newer snapshot: names, listings, and attributes of
 * directories. Returns 0; -ECANCELED when told to stop; -EOPNOTSUPP when pruning
 * has removed the names that vanished and this kernel can't forget all names; -EIO.
 */
int announce_snapshot(struct announcer *announcer, struct snapshot *older, struct snapshot *newer);

/*
 * Announces the attributes of changed directories again. An answer from the old
 * snapshot may have reached the kernel after the first announcement. Returns like
 * announce_snapshot().
 */
int announce_directories_again(struct announcer *announcer, struct snapshot *newer,
			       uint32_t older_generation);

/* Announces the state files and `fresh`. Returns 0 or -ECANCELED. */
int announce_state_files(struct announcer *announcer, const struct snapshot *snapshot);

#endif
