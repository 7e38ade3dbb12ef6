/* Whether a generation file is one that this program could have made. */
#ifndef ISMAPFS_STORE_CHECK_H
#define ISMAPFS_STORE_CHECK_H

#include <sqlite3.h>

#include "store/directory.h"
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

/*
 * Compares a file with the current generation's line in `digests`: `name`, relative to the store,
 * is that generation's file or a copy of it. Returns 0; -ENOENT when there is no line, as where an
 * older program made the file; -EBADMSG, with a sentence that says what to do, when it differs; or
 * another -errno with a sentence.
 */
int store_check_digest(const struct store_directory *store, const char *name,
		       struct reason *reason);

/* The same, of a file whose size and checksum are known. */
int store_compare_digest(const struct store_directory *store, int64_t size, const char *sha256,
			 struct reason *reason);

#endif
