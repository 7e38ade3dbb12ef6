/*
 * Whether the list may be relied on: what the state file says, held against the list that is
 * shown.
 */
#ifndef ISMAPFS_STALENESS_H
#define ISMAPFS_STALENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"
#include "store/snapshot.h"

/*
 * Why the snapshot's list must not be relied on at an instant (milliseconds since 1970 UTC), or
 * STALE_NOT. behind: a newer list is there, but can't be shown. The connection is one of the
 * snapshot's.
 */
enum stale_reason stale_reason_of(const struct snapshot *snapshot, struct connection *connection,
				  const struct state *state, bool behind,
				  const struct state_limits *limits, int64_t now);

/* Until when the newest list was known to be the newest, by that state: milliseconds since 1970
 * UTC. Returns 0, -ESTALE or -EIO. */
int newest_held_until(const struct snapshot *snapshot, struct connection *connection,
		      const struct state *state, int64_t *held_until);

#endif
