/*
 * Telling the kernel what it must ask for again.
 *
 * Everything is cached for ever, so each change is announced, one name and one
 * directory at a time. The kernel takes a directory's lock for that, which a
 * request that is being answered may hold: never call these from a handler, nor
 * while holding anything that a handler waits for.
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
	const atomic_bool *stop; /* set: give up, the mount ends */
};

/*
 * What is different in the newer snapshot: names, listings, and attributes of
 * directories. Returns 0, -ECANCELED when told to stop, -EOPNOTSUPP when what
 * vanished isn't known and this kernel can't forget everything, or -EIO.
 */
int announce_snapshot(struct announcer *announcer, struct snapshot *older, struct snapshot *newer);

/*
 * Once more the attributes of the directories that changed. An answer from the
 * old snapshot may have reached the kernel after the announcement and made an
 * inode that it didn't have then. Returns as above.
 */
int announce_directories_again(struct announcer *announcer, struct snapshot *newer,
			       uint32_t older_generation);

/* The state files and `fresh`. Returns 0 or -ECANCELED. */
int announce_state_files(struct announcer *announcer, const struct snapshot *snapshot);

#endif
