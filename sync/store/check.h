/* Whether a generation file is one that this program could have made. */
#ifndef ISMAPFS_STORE_CHECK_H
#define ISMAPFS_STORE_CHECK_H

#include <sqlite3.h>

#include "util/reason.h"

/*
 * The schema of an open file, statement by statement, against the one that this
 * program makes (schema.sql): nothing else in it either, be it a view, a trigger
 * or an index. All of these return 0; -EBADMSG, with the sentence in reason; or
 * another −errno, already reported.
 */
int store_check_schema(sqlite3 *database, const char *name, struct reason *reason);

/*
 * The file's inner order: by pragma, one of SQLite's checks that answer "ok";
 * every document unpacks to the size that it states; the rules that a schema
 * can't state. The schema must have been checked.
 */
int store_check_pragma(sqlite3 *database, const char *name, const char *pragma,
		       struct reason *reason);
int store_check_documents(sqlite3 *database, const char *name, struct reason *reason);
int store_check_rules(sqlite3 *database, const char *name, struct reason *reason);

#endif
