/*
 * The store: a directory that ismap-sync writes and ismapfs reads.
 *
 *   generations/<n>.db  a finished SQLite file (schema.sql), never written again
 *   current             a symlink to the newest of them, switched by rename
 *   shown               when `current` was switched on this machine: a line for each
 *                       time, `<generation> <nanoseconds since 1970 UTC>`, ascending.
 *                       The last switch is added by the next run; until then the
 *                       change time of the symlink `current` tells it.
 *   digests             what each of those files was when it was made: digest.h
 *   state               see state.h
 *   lock                held by the one writer; nobody else can open it
 *   rewound/            files that `rewind` set aside, named by their store's uuid and number
 *   publications/       documents as they were fetched; for their owner alone
 *   stamps/             of each generation's chain, an authority's time stamp
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
#include "store_limits.h"

#define STORE_CURRENT "current"
#define STORE_CURRENT_TEMPORARY "current.new"
#define STORE_GENERATIONS "generations"
#define STORE_SHOWN "shown"
/* No later times count in it: the year 2116. More may be added to one without an overflow. */
#define STORE_SHOWN_TIME_MAX (INT64_MAX / 2)
#define STORE_LOCK "lock"
#define STORE_LOCK_TEMPORARY "lock.new"
#define STORE_REJECTED "rejected"
#define STORE_REWOUND "rewound"
#define STORE_MIRROR "mirror"
#define STORE_STAMPS "stamps"

/* SQLite's application_id ("ISMP") and user_version of a generation file. */
#define STORE_APPLICATION_ID 0x49534d50
#define STORE_SCHEMA_VERSION 2

#define STORE_CHUNK_SIZE 65536
#define STORE_NAME_MAX 255

/* Longest `generations/<n>.db`, with its NUL. */
#define STORE_GENERATION_PATH_SIZE 64

/*
 * Reads the symlink `current`: path receives `generations/<n>.db`, relative to the
 * store. Returns 0; -ENOENT when there is no such symlink, as in a store that has no list
 * yet; -EBADMSG when it has another form; or another -errno.
 */
static inline int store_current_path(int store_fd, char path[static STORE_GENERATION_PATH_SIZE])
{
	static const char prefix[] = STORE_GENERATIONS "/";
	ssize_t length = readlinkat(store_fd, STORE_CURRENT, path, STORE_GENERATION_PATH_SIZE);
	struct stat attributes;
	size_t digits;

	/* Not a symlink: tools that copy make files of them, and a copy is none of ours. */
	if (length < 0 && errno == EINVAL)
		return fstatat(store_fd, STORE_CURRENT, &attributes, AT_SYMLINK_NOFOLLOW) == 0 &&
				       S_ISREG(attributes.st_mode)
			       ? -ENOENT
			       : -EBADMSG;
	if (length < 0)
		return -errno;
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

/* Whether the generations are in a folder of the store's own, or there is none yet. A link may lead
 * to where the tree is to be mounted, and then the driver would wait for itself. */
static inline bool store_owns_generations(int store_fd)
{
	struct stat attributes;

	return fstatat(store_fd, STORE_GENERATIONS, &attributes, AT_SYMLINK_NOFOLLOW) < 0 ||
	       S_ISDIR(attributes.st_mode);
}

/*
 * Opens a file of the store for reading, which must be a regular one: opening a pipe
 * would wait for a writer. Returns a descriptor, or -errno; -EBADMSG when it is no such
 * file.
 */
static inline int store_open_file(int store_fd, const char *path)
{
	_cleanup_close_ int fd =
		openat(store_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat attributes;

	if (fd < 0)
		return errno == ELOOP || errno == ENXIO ? -EBADMSG : -errno;
	if (fstat(fd, &attributes) < 0)
		return -errno;
	return S_ISREG(attributes.st_mode) ? steal_fd(&fd) : -EBADMSG;
}

/*
 * Whether the header (sqlite.org/fileformat2.html, 1.3) of a generation file is that of a
 * finished one: no log beside it, the stated length, and UTF-8 text, since the sizes of
 * files are those of UTF-8.
 */
static inline bool store_is_finished(int store_fd, const char *path)
{
	_cleanup_close_ int fd = store_open_file(store_fd, path);
	unsigned char header[100];
	struct stat attributes;
	uint32_t pages, encoding;
	uint16_t size;

	if (fd < 0 || fstat(fd, &attributes) < 0 ||
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

/* The SQL that makes an empty store: schema.sql. Both programs have it. */
const char *store_schema(void);

/* So many steps of SQLite's machine end a statement: of a list of 600 services the longest one
 * takes a thousandth. A damaged or malicious file may show one page as very many. */
#define STORE_STATEMENT_STEPS_MAX 2000000000

static inline int store_statement_ends(void *context)
{
	(void)context;
	return 1;
}

/* The steps of each run of a statement are counted anew. */
static inline int store_statement_begins(unsigned event, void *context, void *statement, void *sql)
{
	(void)event;
	(void)context;
	(void)sql;
	(void)sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
	return 0;
}

/* Ends each statement after so many steps. */
static inline void store_limit_steps(sqlite3 *database, int most)
{
	sqlite3_progress_handler(database, most, store_statement_ends, NULL);
	(void)sqlite3_trace_v2(database, SQLITE_TRACE_STMT, store_statement_begins, NULL);
}

/* Hardens a connection against its file. Call it before the schema is read. */
static inline void store_harden(sqlite3 *database)
{
	static const struct {
		int what, most;
	} limits[] = {
		{SQLITE_LIMIT_LENGTH, LIMIT_ROW_SIZE},
		{SQLITE_LIMIT_SQL_LENGTH, 1000000},
		{SQLITE_LIMIT_COLUMN, 100},
		{SQLITE_LIMIT_EXPR_DEPTH, 100},
		{SQLITE_LIMIT_COMPOUND_SELECT, 50},
		{SQLITE_LIMIT_VDBE_OP, 1000000},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
		{SQLITE_LIMIT_VARIABLE_NUMBER, 100},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(database, limits[i].what, limits[i].most);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_exec(database, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	/* Sort in memory: a reader's sandbox allows no temporary files. */
	(void)sqlite3_exec(database, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
	store_limit_steps(database, STORE_STATEMENT_STEPS_MAX);
}

/*
 * Opens a generation file of whatever schema for reading, hardened against a file that
 * an attacker made. It is opened through /proc/self/fd/<store_fd>, so the store may be
 * moved, and as immutable: without locks or a journal, so the media may be read-only.
 * For one thread at a time. The caller closes *database.
 * Returns 0; -ENOENT; -EBADMSG when the file isn't a generation file or is damaged;
 * -EPROTONOSUPPORT when its schema has another version; -ENOMEM; -EIO.
 */
static inline int store_open_any(int store_fd, const char *path, sqlite3 **database)
{
	/* SQLite doesn't say why it can't open a file. */
	_cleanup_close_ int fd = store_open_file(store_fd, path);
	_cleanup_database_ sqlite3 *opened = NULL;
	char uri[sizeof("file:/proc/self/fd//?immutable=1") + 16 + STORE_GENERATION_PATH_SIZE];
	int64_t number;
	int r;

	if (fd < 0)
		return fd;
	(void)snprintf(uri, sizeof(uri), "file:/proc/self/fd/%d/%s?immutable=1", store_fd, path);
	if (sqlite3_open_v2(uri, &opened,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return sqlite3_errcode(opened) == SQLITE_NOMEM ? -ENOMEM : -EIO;
	store_harden(opened);
	r = store_number(opened, "PRAGMA application_id", &number);
	if (r < 0 || number != STORE_APPLICATION_ID)
		return r == -ENOMEM ? r : -EBADMSG;
	r = store_number(opened, "PRAGMA user_version", &number);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	*database = steal_pointer(opened);
	return number == STORE_SCHEMA_VERSION ? 0 : -EPROTONOSUPPORT;
}

/* A schema, row by row. */
#define STORE_SCHEMA_ROWS \
	"SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name"

static inline const char *store_schema_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? text : "";
}

/* Compares two rows bytewise, as the rows are sorted. */
static inline int store_compare_rows(sqlite3_stmt *left, sqlite3_stmt *right, int columns)
{
	int order = 0;

	for (int column = 0; order == 0 && column < columns; column++)
		order = strcmp(store_schema_text(left, column), store_schema_text(right, column));
	return order;
}

/* Steps: 1 for a row, 0 at the end, or -errno. */
static inline int store_next_row(sqlite3_stmt *rows)
{
	switch (sqlite3_step(rows)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: return 0;
	case SQLITE_NOMEM: return -ENOMEM;
	default: return -EBADMSG;
	}
}

/*
 * Compares the schema of a file with the one that schema.sql makes, statement by
 * statement: no table, view, trigger or index may be there besides. Returns 0; -EPROTO
 * when they differ, and difference names what only one of them has, or has otherwise;
 * -EBADMSG; -ENOMEM.
 */
static inline int store_check_schema(sqlite3 *database, char *difference, size_t size)
{
	_cleanup_database_ sqlite3 *fresh = NULL;
	_cleanup_statement_ sqlite3_stmt *theirs = NULL, *ours = NULL;
	int have_ours, have_theirs;

	if (sqlite3_open(":memory:", &fresh) != SQLITE_OK ||
	    sqlite3_exec(fresh, store_schema(), NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(fresh, STORE_SCHEMA_ROWS, -1, &ours, NULL) != SQLITE_OK)
		return -ENOMEM;
	if (sqlite3_prepare_v2(database, STORE_SCHEMA_ROWS, -1, &theirs, NULL) != SQLITE_OK)
		return sqlite3_errcode(database) == SQLITE_NOMEM ? -ENOMEM : -EBADMSG;
	do {
		have_ours = store_next_row(ours);
		have_theirs = store_next_row(theirs);
		if (have_ours < 0 || have_theirs < 0)
			return have_ours < 0 ? have_ours : have_theirs;
		if (have_ours != have_theirs ||
		    (have_ours > 0 && store_compare_rows(ours, theirs, 4) != 0)) {
			bool is_ours = have_ours > 0 && (have_theirs == 0 ||
							 store_compare_rows(ours, theirs, 2) < 0);
			sqlite3_stmt *row = is_ours ? ours : theirs;

			(void)snprintf(difference, size, "%s %s", store_schema_text(row, 0),
				       store_schema_text(row, 1));
			return -EPROTO;
		}
	} while (have_ours > 0);
	return 0;
}

/*
 * The one way to a generation file that is read: store_open_any(), and its schema must
 * be this program's own. Returns what that does, and -EPROTO for another schema.
 */
static inline int store_open_reader(int store_fd, const char *path, sqlite3 **database)
{
	_cleanup_database_ sqlite3 *opened = NULL;
	char difference[64];
	int r = store_open_any(store_fd, path, &opened);

	if (r == 0)
		r = store_check_schema(opened, difference, sizeof(difference));
	if (r == 0)
		*database = steal_pointer(opened);
	return r;
}

/* Of so many generation files, the newest, one is sought that is whole: more than are kept, and few
 * where somebody put very many there. */
#define STORE_SOUGHT_MAX 32

/* Notes a number among the greatest so many, which are in descending order. */
static inline void store_note_number(int64_t numbers[static STORE_SOUGHT_MAX], int64_t number)
{
	for (int i = 0; i < STORE_SOUGHT_MAX && number > 0; i++) {
		int64_t less = numbers[i];

		if (number == less)
			return;
		if (number < less)
			continue;
		numbers[i] = number;
		number = less;
	}
}

/* The greatest numbers that files in generations/ have, in descending order; 0 where there are no
 * more. */
static inline void store_find_numbers(int store_fd, int64_t numbers[static STORE_SOUGHT_MAX])
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store_fd, STORE_GENERATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	memset(numbers, 0, STORE_SOUGHT_MAX * sizeof(*numbers));
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char *end;
		int64_t number = strtoll(entry->d_name, &end, 10);

		if (strcmp(end, ".db") == 0)
			store_note_number(numbers, number);
	}
}

/*
 * Finds the newest generation file that is whole, for a store whose `current` leads
 * nowhere. path receives it. Returns 0; -ENOENT when there is no such file; -EBADMSG when
 * none is whole.
 */
static inline int store_find_newest(int store_fd, char path[static STORE_GENERATION_PATH_SIZE])
{
	int64_t numbers[STORE_SOUGHT_MAX];

	store_find_numbers(store_fd, numbers);
	for (int i = 0; i < STORE_SOUGHT_MAX && numbers[i] > 0; i++) {
		_cleanup_database_ sqlite3 *database = NULL;

		(void)snprintf(path, STORE_GENERATION_PATH_SIZE, STORE_GENERATIONS "/%lld.db",
			       (long long)numbers[i]);
		if (store_is_finished(store_fd, path) &&
		    store_open_reader(store_fd, path, &database) == 0)
			return 0;
	}
	return numbers[0] > 0 ? -EBADMSG : -ENOENT;
}

#endif
