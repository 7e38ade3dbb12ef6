/*
 * SQLite with the project's convention for errors: 0 or −errno, and a sentence
 * on stderr where it happened. One thread at a time.
 */
#ifndef ISMAPFS_DATABASE_H
#define ISMAPFS_DATABASE_H

#include <stdint.h>

#include <sqlite3.h>

#include "common/cleanup.h"
#include "common/sqlite_cleanup.h"

/*
 * Says what SQLite complains about; returns -ENOSPC, -EBADMSG (damaged file) or
 * -EIO.
 */
int database_error(sqlite3 *database, const char *doing);

/* Runs statements that yield no rows worth having. */
int database_execute(sqlite3 *database, const char *sql);

/* database_execute() with the formats of sqlite3_mprintf (%Q, %lld …). */
int database_executef(sqlite3 *database, const char *format, ...);

/* Runs one statement with texts for ?1, ?2 and so on. */
int database_execute_with(sqlite3 *database, const char *sql, const char *const *texts, int count);

/* A statement that the caller finalizes (_cleanup_statement_). */
int database_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement);

/* Steps a statement that yields no rows and resets it, bindings kept. */
int database_run(sqlite3_stmt *statement);

/* Steps a query: 1 for a row, 0 at its end, or −errno. */
int database_next(sqlite3_stmt *statement);

/* One number; 0 where the query yields no row. */
int database_number(sqlite3 *database, const char *sql, int64_t *number);

/* database_number() with the formats of sqlite3_mprintf. */
int database_numberf(sqlite3 *database, int64_t *number, const char *format, ...);

/* A column's text; never NULL ("" for NULL). Valid until the next step. */
const char *database_text(sqlite3_stmt *statement, int column);

/* What a row of quick_check or integrity_check means: 0, -EIO when a page couldn't be read
 * for whatever reason, or -EBADMSG for damage. */
int database_verdict(sqlite3_stmt *row);

#endif
