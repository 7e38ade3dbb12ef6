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

/* The same for one that is checked whole (check.h): a file of another schema is opened, too. */
int store_reader_open_any(struct store_directory *store, const char *path, sqlite3 **database);

/* Opens a store and its current file for reading. The caller closes both. Returns 0 or -errno,
 * already reported. */
int store_reader_open(struct store_directory *store, const char *path, sqlite3 **database);

/*
 * Why the current generation, whose file is open, must not be relied on at an instant, by the
 * default limits. Returns 0 or -errno, already reported.
 */
int store_reader_find_stale_reason(const struct store_directory *store, sqlite3 *database,
				   int64_t now, enum stale_reason *reason);

/* A zone's name, with its NUL. */
#define STORE_ZONE_SIZE 32
#define STORE_REGISTRY_SIZE 64

/* Reads the zone that an open store's days begin in. Returns 0 or -errno, already reported. */
int store_reader_read_zone(sqlite3 *database, char zone[static STORE_ZONE_SIZE]);

/* The reason as a sentence in the user's language (stale.h), by the default limits. Returns 0 or
 * -errno, already reported. */
int store_reader_explain_stale(const struct store_directory *store, sqlite3 *database,
			       enum stale_reason reason, char *text, size_t size);

/* Finds the zone that the registry's days begin in. Returns 0, or a -errno that isn't reported: the
 * store holds nothing yet, or nothing that can be read. */
int store_reader_find_zone(const struct store_directory *store, char zone[static STORE_ZONE_SIZE]);

/* Finds the registry's short name; returns as store_reader_find_zone() does. */
int store_reader_find_registry(const struct store_directory *store,
			       char registry[static STORE_REGISTRY_SIZE]);

#endif
