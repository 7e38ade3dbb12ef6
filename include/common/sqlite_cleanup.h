/*
 * SQLite's objects, released at the end of a scope (cleanup.h).
 */
#ifndef ISMAPFS_SQLITE_CLEANUP_H
#define ISMAPFS_SQLITE_CLEANUP_H

#include <sqlite3.h>

static inline void cleanup_statement(sqlite3_stmt **statement)
{
	(void)sqlite3_finalize(*statement);
}

static inline void cleanup_database(sqlite3 **database)
{
	(void)sqlite3_close(*database);
}

static inline void cleanup_sqlite_text(char **text)
{
	sqlite3_free(*text);
}

#define _cleanup_statement_ __attribute__((cleanup(cleanup_statement)))
#define _cleanup_database_ __attribute__((cleanup(cleanup_database)))
#define _cleanup_sqlite_text_ __attribute__((cleanup(cleanup_sqlite_text)))

#endif
