/*
 * What a publication changes, but what isn't news: a list in another shape, or with
 * one more document, says other things of every service, and none of them changed.
 */
#ifndef ISMAPFS_UNTOLD_H
#define ISMAPFS_UNTOLD_H

#include "sources/source.h"

/*
 * Stages the fields whose changes aren't told (untold_field), and the shapes that were
 * read. source is the reader's name in the generations. publication NULL: it is the
 * calendar's. Returns 0 or -errno, already reported.
 */
int untold_find(sqlite3 *database, const struct reader *reader, const char *source,
		const struct publication *publication);

#endif
