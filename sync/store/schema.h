/* The SQL that makes an empty store: include/schema.sql. */
#ifndef ISMAPFS_SCHEMA_H
#define ISMAPFS_SCHEMA_H

/* NUL-terminated, for the life of the program. */
const char *schema_sql(void);

#endif
