/* Reading a store's newest generation, for the commands that answer questions about it. */
#ifndef ISMAPFS_STORE_READER_H
#define ISMAPFS_STORE_READER_H

#include "store/database.h"
#include "store/directory.h"

/* The schema version of an open store's current file, of whatever program. Returns 0, or
 * -EBADMSG, which is not reported. */
int store_reader_find_version(const struct store_directory *store, int64_t *version);

/* Opens an open store's current file for reading. The caller closes it. Returns 0 or -errno,
 * already reported. */
int store_reader_open_current(const struct store_directory *store, sqlite3 **database);

/* Opens a store and its current file for reading. The caller closes both. Returns 0 or -errno,
 * already reported. */
int store_reader_open(struct store_directory *store, const char *path, sqlite3 **database);

/*
 * Why the current generation, whose file is open, must not be relied on at an instant, by the
 * default limits. Returns 0 or -errno, already reported.
 */
int store_reader_find_stale_reason(const struct store_directory *store, sqlite3 *database,
				   int64_t now, enum stale_reason *reason);

/*
 * The generation whose state the tree shows for a day (at/): YYYY-MM-DD, YYYY-MM
 * or latest. -ENOENT when there is none that early, -EINVAL when it is no such
 * text; both already reported.
 */
int store_reader_find_day(sqlite3 *database, const char *day, int64_t *generation);

#endif
