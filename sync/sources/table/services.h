/* From the rows of a table to the services of a list in the interchange format. */
#ifndef ISMAPFS_TABLE_SERVICES_H
#define ISMAPFS_TABLE_SERVICES_H

#include "sources/table/value.h"

/* Adds the services of all rows that the map counts to an array. Returns 0, or -EBADMSG with a
 * sentence that names the line and the column. */
int table_services(struct table_reading *reading, cJSON *services);

/* The same for the rules of a registry (source.h): rows of fields. */
int table_rows(struct table_reading *reading, cJSON *rows);

#endif
