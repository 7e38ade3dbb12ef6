/* The columns of a table: which of our fields each one is. */
#ifndef ISMAPFS_TABLE_COLUMNS_H
#define ISMAPFS_TABLE_COLUMNS_H

#include "sources/table/map.h"
#include "util/table/sheet.h"

struct table_column {
	char *heading;	   /* as it is written, in one line */
	const char *field; /* of the map; NULL: one that it doesn't know */
	const char *type;  /* of the field (vocabulary.h) */
	char *extra;	   /* extra.HEADING, where there is no field */
	bool ignored;
};

struct table_columns {
	struct table_column *rows;
	size_t count;
	const struct table_column **known; /* those with a field, of which there are few */
	size_t known_count;
	size_t headings; /* the first row of the headings */
	size_t first;	 /* the first row behind them */
};

/*
 * Finds the row of headings, the first one that has all that the map needs, and what its columns
 * stand for. Returns 0; or -EBADMSG, with a sentence that names what is missing in the row that
 * comes nearest. The caller releases the columns, also then.
 */
int table_columns_find(const struct table_map *map, const struct sheet *sheet,
		       struct reason *reason, struct table_columns *columns);

/* The column of that field, or NULL. */
const struct table_column *table_columns_of(const struct table_columns *columns, const char *field);

void table_columns_release(struct table_columns *columns);
#define _cleanup_table_columns_ __attribute__((cleanup(table_columns_release)))

#endif
