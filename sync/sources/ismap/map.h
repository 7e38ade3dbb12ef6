/* The label map of the ISMAP portal. */
#ifndef ISMAPFS_ISMAP_MAP_H
#define ISMAPFS_ISMAP_MAP_H

#include "sources/label_map.h"
#include "sources/source.h"

/* The text of the map that is part of the program, ismap.map. */
const char *ismap_map(void);

/* Reads that map and, on top of it, what --map and --liu-page state. Returns label_map_load()'s
 * errors; the caller releases the map, also after one. */
int ismap_map_load(struct label_map *map, const struct source_options *options,
		   struct reason *reason);

#endif
