/* Whether a generation file is one that this program could have made. */
#ifndef ISMAPFS_STORE_CHECK_H
#define ISMAPFS_STORE_CHECK_H

#include <sqlite3.h>

#include "util/reason.h"

/*
 * Checks an open file. Its schema must be the one that this program makes
 * (schema.sql), statement by statement, with no view, trigger or index besides;
 * SQLite must find its pages and references whole; every document must unpack to
 * the size that it states; and it must keep the rules that a schema can't state
 * (rules.sql). name is for messages. Returns 0; -EBADMSG, with the sentence in
 * reason; or another -errno, already reported.
 */
int store_check(sqlite3 *database, const char *name, struct reason *reason);

#endif
