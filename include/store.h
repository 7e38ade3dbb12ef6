/*
 * The store: a directory that ismap-sync writes and ismapfs reads.
 *
 *   generations/<n>.db  a finished SQLite file (schema.sql), never written again
 *   current             a symlink to the newest of them, switched by rename
 *   shown               when `current` was switched on this machine: a line for each
 *                       time, `<generation> <nanoseconds since 1970 UTC>`, ascending.
 *                       The last switch is added by the next run; until then the
 *                       change time of the symlink `current` tells it.
 *   state               see state.h
 *   lock                held by the one writer; nobody else can open it
 *   rejected/           publications that were refused, for inspection
 *   mirror/             only in a mirror: the head it follows, and its signature
 */
#ifndef ISMAPFS_STORE_H
#define ISMAPFS_STORE_H

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "common/cleanup.h"
#include "common/sqlite_cleanup.h"

#define STORE_CURRENT "current"
#define STORE_CURRENT_TEMPORARY "current.new"
#define STORE_GENERATIONS "generations"
#define STORE_SHOWN "shown"
#define STORE_LOCK "lock"
#define STORE_LOCK_TEMPORARY "lock.new"
#define STORE_REJECTED "rejected"
#define STORE_MIRROR "mirror"

/* SQLite's application_id ("ISMP") and user_version of a generation file. */
#define STORE_APPLICATION_ID 0x49534d50
#define STORE_SCHEMA_VERSION 2

#define STORE_CHUNK_SIZE 65536
#define STORE_NAME_MAX 255

/* Longest `generations/<n>.db`, with its NUL. */
#define STORE_GENERATION_PATH_SIZE 64

/*
 * Reads the symlink `current`: path receives `generations/<n>.db`, relative to the
 * store. Returns 0; -ENOENT when the store has no list yet; -EBADMSG when the
 * symlink has another form; or another -errno.
 */
static inline int store_current_path(int store_fd, char path[static STORE_GENERATION_PATH_SIZE])
{
	static const char prefix[] = STORE_GENERATIONS "/";
	ssize_t length = readlinkat(store_fd, STORE_CURRENT, path, STORE_GENERATION_PATH_SIZE);
	size_t digits;

	if (length < 0)
		return errno == EINVAL ? -EBADMSG : -errno;
	if (length >= STORE_GENERATION_PATH_SIZE)
		return -EBADMSG;
	path[length] = '\0';
	if (strncmp(path, prefix, strlen(prefix)) != 0)
		return -EBADMSG;
	digits = strspn(path + strlen(prefix), "0123456789");
	if (digits == 0 || strcmp(path + strlen(prefix) + digits, ".db") != 0)
		return -EBADMSG;
	return 0;
}

/*
 * Whether the header (sqlite.org/fileformat2.html, 1.3) of a generation file is that of a
 * finished one: no log beside it, the stated length, and UTF-8 text, since the sizes of
 * files are those of UTF-8.
 */
static inline bool store_is_finished(int store_fd, const char *path)
{
	_cleanup_close_ int fd = openat(store_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned char header[100];
	struct stat attributes;
	uint32_t pages, encoding;
	uint16_t size;

	if (fd < 0 || fstat(fd, &attributes) < 0 || !S_ISREG(attributes.st_mode) ||
	    read(fd, header, sizeof(header)) != (ssize_t)sizeof(header))
		return false;
	memcpy(&size, header + 16, sizeof(size));
	memcpy(&pages, header + 28, sizeof(pages));
	memcpy(&encoding, header + 56, sizeof(encoding));
	size = be16toh(size);
	return header[18] == 1 && header[19] == 1 && be32toh(encoding) == 1 &&
	       (int64_t)be32toh(pages) * (size == 1 ? 65536 : size) == attributes.st_size;
}

/* Reads the number that a statement yields. Returns 0; -ENOMEM; -EIO, also when there is none. */
static inline int store_number(sqlite3 *database, const char *sql, int64_t *number)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		return sqlite3_errcode(database) == SQLITE_NOMEM ? -ENOMEM : -EIO;
	*number = sqlite3_column_int64(statement, 0);
	return 0;
}

/*
 * Opens a generation file for reading, hardened against a file that an attacker
 * made. It is opened through /proc/self/fd/<store_fd>, so the store may be moved,
 * and as immutable: without locks or a journal, so the media may be read-only. For
 * one thread at a time. The caller closes *database.
 * Returns 0; -ENOENT; -EBADMSG when the file isn't a generation file or is damaged;
 * -EPROTONOSUPPORT when its schema has another version; -ENOMEM; -EIO.
 */
static inline int store_open_reader(int store_fd, const char *path, sqlite3 **database)
{
	/* SQLite doesn't say why it can't open a file. */
	_cleanup_close_ int fd = openat(store_fd, path, O_RDONLY | O_CLOEXEC);
	_cleanup_database_ sqlite3 *opened = NULL;
	char uri[sizeof("file:/proc/self/fd//?immutable=1") + 16 + STORE_GENERATION_PATH_SIZE];
	int64_t number;
	int r;

	if (fd < 0)
		return -errno;
	(void)snprintf(uri, sizeof(uri), "file:/proc/self/fd/%d/%s?immutable=1", store_fd, path);
	if (sqlite3_open_v2(uri, &opened,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return sqlite3_errcode(opened) == SQLITE_NOMEM ? -ENOMEM : -EIO;
	(void)sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* Sort in memory: a reader's sandbox allows no temporary files. */
	(void)sqlite3_exec(opened, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", NULL,
			   NULL, NULL);
	r = store_number(opened, "PRAGMA application_id", &number);
	if (r < 0 || number != STORE_APPLICATION_ID)
		return r == -ENOMEM ? r : -EBADMSG;
	r = store_number(opened, "PRAGMA user_version", &number);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	if (number != STORE_SCHEMA_VERSION)
		return -EPROTONOSUPPORT;
	*database = steal_pointer(opened);
	return 0;
}

/* The greatest number below `below` that a file in generations/ has; 0: there is none. */
static inline int64_t store_find_number(int store_fd, int64_t below)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store_fd, STORE_GENERATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t found = 0;

	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		if (fd >= 0)
			(void)close(fd);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char *end;
		int64_t number = strtoll(entry->d_name, &end, 10);

		if (strcmp(end, ".db") == 0 && number > found && number < below)
			found = number;
	}
	return found;
}

/*
 * Finds the newest generation file that is whole, for a store whose `current` leads
 * nowhere. path receives it. Returns 0 or -ENOENT.
 */
static inline int store_find_newest(int store_fd, char path[static STORE_GENERATION_PATH_SIZE])
{
	int64_t number = INT64_MAX;

	while ((number = store_find_number(store_fd, number)) > 0) {
		_cleanup_database_ sqlite3 *database = NULL;

		(void)snprintf(path, STORE_GENERATION_PATH_SIZE, STORE_GENERATIONS "/%lld.db",
			       (long long)number);
		if (store_is_finished(store_fd, path) &&
		    store_open_reader(store_fd, path, &database) == 0)
			return 0;
	}
	return -ENOENT;
}

#endif
