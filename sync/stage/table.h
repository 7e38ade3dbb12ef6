/*
 * Fields of the type `table`: a file of tab-separated values with headings. Which
 * columns each has is the same for every source.
 */
#ifndef ISMAPFS_TABLE_H
#define ISMAPFS_TABLE_H

#include <stdbool.h>

#include "util/buffer.h"

#define TABLE_COLUMNS_MAX 8

struct table_column {
	const char *name;
	const char *type; /* of the fields' types (vocabulary.h): date, word or line */
	bool required;
};

/* The columns of a field, up to one without a name; NULL: it is no table. */
const struct table_column *table_columns(int field);

/* Appends the headings with their line end. */
void table_put_headings(struct buffer *text, const struct table_column *columns);

#endif
