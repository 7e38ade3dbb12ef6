/* When a list was published, by what its map says of it. */
#ifndef ISMAPFS_TABLE_PUBLISHED_H
#define ISMAPFS_TABLE_PUBLISHED_H

#include "common/timestamp.h"
#include "sources/table/columns.h"
#include "stage/publication.h"

/*
 * Looks where [published] says: in the cells above the headings, in the name of the file, in what
 * the server says of it; the first that has a day counts. Returns 1 with a day or a time as
 * timestamp_parse() reads it, 0 when there is none, or -EBADMSG with its sentence for a day that
 * doesn't exist.
 */
int table_published(const struct table_map *map, const struct sheet *sheet, size_t headings,
		    const struct document *list, struct reason *reason,
		    char published[static TIMESTAMP_TEXT_SIZE]);

#endif
