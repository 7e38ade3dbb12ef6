/* Whether a publication can be believed: the questions asked before anything is changed. */
#ifndef ISMAPFS_PLAUSIBLE_H
#define ISMAPFS_PLAUSIBLE_H

#include "stage/publication.h"
#include "util/clock.h"

/* All return 0; -EBADMSG when the publication is refused; or another −errno, already reported. */

/*
 * Time runs neither backwards nor far ahead of the clock. A document is compared
 * with those of its role and shape: nobody knows how the clocks of two
 * publications differ. Only a list of days ago is old in any shape. published_at: the document's,
 * milliseconds.
 */
int plausible_time(sqlite3 *database, struct publication *publication,
		   const struct document *document, int64_t published_at,
		   const struct clock_reading *clock);

/* Its newest list isn't of the future, as after a pull by a wrong clock. A clock without a witness
 * can't tell. */
int plausible_store(sqlite3 *database, const struct clock_reading *clock, struct reason *reason);

/* A store is of one registry for ever. */
int plausible_registry(sqlite3 *database, struct publication *publication);

/*
 * It lists something, and not too little of what was listed: at most `limit`
 * percent may be gone. Entries that are `unverified` in the store don't count.
 */
int plausible_losses(struct staging *staging, struct publication *publication, int limit);

/* It doesn't forget, for more than `limit` percent of its services, a name or a status that was
 * known. */
int plausible_values(struct staging *staging, struct publication *publication, int limit);

/* With it, the store keeps within the limits of those that read it (store_limits.h, inode.h). */
int plausible_size(const struct staging *staging, struct publication *publication);

#endif
