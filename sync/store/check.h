/* Whether a generation file is one that this program could have made. */
#ifndef ISMAPFS_STORE_CHECK_H
#define ISMAPFS_STORE_CHECK_H

#include <sqlite3.h>

#include "util/reason.h"

/*
 * Every check of an open file, which messages call name. First its schema,
 * statement by statement, against the one that this program makes (schema.sql):
 * nothing else in it either, be it a view, a trigger or an index. Then its inner
 * order: SQLite's own checks; every document unpacks to the size that it states;
 * the rules that a schema can't state.
 *
 * Returns 0; -EBADMSG, with the sentence in reason; or another −errno, already
 * reported.
 */
int store_check(sqlite3 *database, const char *name, struct reason *reason);

#endif
