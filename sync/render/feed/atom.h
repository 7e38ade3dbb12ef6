/* Changes as a feed: Atom, RFC 4287. */
#ifndef ISMAPFS_FEED_ATOM_H
#define ISMAPFS_FEED_ATOM_H

#include <stdbool.h>

#include "store/database.h"
#include "util/buffer.h"

/*
 * Appends a feed of changes, the rows of changes_select() in the order ATOM_ORDER: an
 * entry for each service and generation, whose id stays the same for ever. chosen: they
 * are not those of all services, so the feed is another one. Nothing in it depends on
 * the clock. Returns how many changes it tells of, or -errno, already reported.
 */
int atom_put(sqlite3 *database, sqlite3_stmt *changes, bool chosen, struct buffer *xml);

#define ATOM_ORDER " ORDER BY c.gen DESC, c.entity, c.seq"

#endif
