/* From a cell to a value of a field. */
#ifndef ISMAPFS_TABLE_VALUE_H
#define ISMAPFS_TABLE_VALUE_H

#include "sources/table/services.h"

/* A cell in one line without blanks around it; NULL for one that states nothing. The caller frees
 * it. */
char *table_text(const struct table_reading *reading, size_t row, size_t column);

/* The cell as a value of its column's field or as extra.HEADING, in JSON. Returns 0, with NULL in
 * *value for a cell that states nothing; or -EBADMSG with its sentence. The caller deletes it. */
int table_value(const struct table_reading *reading, size_t row, size_t column, cJSON **value);

#endif
