/*
 * The map of a table: what its columns mean. A label map (label_map.h) with sections of its own,
 * which ismap-table(5) explains.
 */
#ifndef ISMAPFS_TABLE_MAP_H
#define ISMAPFS_TABLE_MAP_H

#include "sources/label_map.h"
#include "sources/source.h"
#include "util/table/form.h"

/* The second document of a publication. */
#define TABLE_MAP_ROLE "map"

struct table_map {
	struct label_map labels;
	size_t own;			 /* the first entry that isn't the registry's own map's */
	const struct registry *registry; /* whose list it is; NULL: one that nothing is known of */
	struct sheet_form form;
	unsigned dates;	     /* enum date_forms */
	size_t heading_rows; /* 1 or 2 */
	char list_separator; /* in a cell of several values, besides line ends; or '\0' */
	bool complete;	     /* it is the whole list */
};

/* Reads a map. Where it is a known registry's, the labels of that registry's own lists count too.
 * Returns 0; -EINVAL with its sentence in reason. The caller releases the map, also then. */
int table_map_read(struct table_map *map, const char *text, const char *location,
		   struct reason *reason);

void table_map_release(struct table_map *map);
#define _cleanup_table_map_ __attribute__((cleanup(table_map_release)))

/* The type of a field that a column may stand for (vocabulary.h), or NULL. */
const char *table_field_type(const char *field);

/* Whether a text looks like a map: its first line that says something is a [SECTION]. */
bool table_map_is(const unsigned char *bytes, size_t length);

/* A value of [list], [table] or [published]; "" when there is none. */
const char *table_map_value(const struct table_map *map, const char *section, const char *name);

/* Whether the map states a text, however wide or large it is written, for a name (NULL: any) of a
 * section; the name, or NULL. */
const char *table_map_find(const struct table_map *map, const char *section, const char *name,
			   const char *text);

/* Whether the map has that section. */
bool table_map_has(const struct table_map *map, const char *section);

#endif
