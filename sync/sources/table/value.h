/* From a cell to a value of a field. */
#ifndef ISMAPFS_TABLE_VALUE_H
#define ISMAPFS_TABLE_VALUE_H

#include <cjson/cJSON.h>

#include "sources/table/columns.h"

/* A table that is being read. */
struct table_reading {
	const struct table_map *map;
	const struct sheet *sheet;
	const struct table_columns *columns;
	struct reason *reason;
	size_t values, values_max; /* that are stated, and that may be */
	size_t unlisted;	   /* rows that the map doesn't count */
};

/* A cell in one line without blanks around it; NULL for one that states nothing. The caller frees
 * it. */
char *table_text(const struct table_reading *reading, size_t row, size_t column);

/* The cell as a value of its column's field or as extra.HEADING, in JSON. Returns 0, with NULL in
 * *value for a cell that states nothing; or -EBADMSG with its sentence. The caller deletes it. */
int table_value(const struct table_reading *reading, size_t row, size_t column, cJSON **value);

#endif
