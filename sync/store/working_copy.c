#include "store/working_copy.h"

#include <fcntl.h>

#include "store/schema.h"
#include "util/embed.h"
#include "util/file.h"
#include "util/memory.h"
#include "common/log.h"
#include "vocabulary.h"

EMBED(touched, "store/touched.sql");

/* Checking this much takes a few milliseconds. */
#define SMALL_FILE_SIZE (4 * 1024 * 1024)

struct word {
	int id;
	const char *name, *type, *meaning;
};

#define ROW(number, identifier, name, meaning) {number, name, NULL, meaning},
static const struct word kinds[] = {VOCABULARY_KINDS(ROW)};
static const struct word relations[] = {VOCABULARY_RELATIONS(ROW)};
#undef ROW
#define ROW(number, identifier, name, type, meaning) {number, name, type, meaning},
static const struct word fields[] = {VOCABULARY_FIELDS(ROW)};
#undef ROW

/* The words of one table. What is there already, and means the same, isn't written. */
static int write_words(sqlite3 *database, const char *sql, const struct word *words, size_t count)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database, sql, &statement);

	for (size_t i = 0; r == 0 && i < count; i++) {
		(void)sqlite3_bind_int(statement, 1, words[i].id);
		(void)sqlite3_bind_text(statement, 2, words[i].name, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(statement, 3, words[i].meaning, -1, SQLITE_STATIC);
		if (words[i].type)
			(void)sqlite3_bind_text(statement, 4, words[i].type, -1, SQLITE_STATIC);
		r = database_run(statement);
	}
	return r;
}

/* The vocabulary of this program, also into a store that an older one made. */
static int write_vocabulary(sqlite3 *database)
{
#define RENEW \
	" ON CONFLICT (id) DO UPDATE SET meaning = excluded.meaning WHERE meaning <> excluded.meaning"
	static const struct {
		const char *sql;
		const struct word *words;
		size_t count;
	} tables[] = {
		{"INSERT INTO kind (id, name, meaning) VALUES (?1, ?2, ?3)" RENEW, kinds,
		 sizeof(kinds) / sizeof(kinds[0])},
		{"INSERT INTO relation (id, name, meaning) VALUES (?1, ?2, ?3)" RENEW, relations,
		 sizeof(relations) / sizeof(relations[0])},
		{"INSERT INTO field (id, name, meaning, type) VALUES (?1, ?2, ?3, ?4)" RENEW,
		 fields, sizeof(fields) / sizeof(fields[0])},
	};
#undef RENEW

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		int r = write_words(database, tables[i].sql, tables[i].words, tables[i].count);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Makes an index anew unless it is there with the same text. `there` asks that. */
static int renew_index(sqlite3 *database, sqlite3_stmt *there, const char *name, const char *sql)
{
	int r;

	(void)sqlite3_bind_text(there, 1, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(there, 2, sql, -1, SQLITE_STATIC);
	r = database_next(there);
	(void)sqlite3_reset(there);
	if (r != 0)
		return r < 0 ? r : 0;
	return database_executef(database, "DROP INDEX IF EXISTS %Q; %s", name, sql);
}

/* Makes the indexes of an older program anew, as the schema has them. */
static int renew_indexes(sqlite3 *database)
{
	_cleanup_database_ sqlite3 *fresh = NULL;
	_cleanup_statement_ sqlite3_stmt *indexes = NULL, *there = NULL;
	int r;

	if (sqlite3_open(":memory:", &fresh) != SQLITE_OK)
		out_of_memory();
	r = database_execute(fresh, schema_sql());
	if (r == 0)
		r = database_prepare(fresh,
				     "SELECT name, sql FROM sqlite_schema"
				     " WHERE type = 'index' AND sql IS NOT NULL",
				     &indexes);
	if (r == 0)
		r = database_prepare(
			database, "SELECT 1 FROM main.sqlite_schema WHERE name = ?1 AND sql = ?2",
			&there);
	if (r < 0)
		return r;
	while ((r = database_next(indexes)) > 0) {
		r = renew_index(database, there, database_text(indexes, 0),
				database_text(indexes, 1));
		if (r < 0)
			return r;
	}
	return r;
}

/* A store that an older program made: it may lack words and indexes, and have tables that nobody
 * needs any more. */
static int upgrade(sqlite3 *database)
{
	int r = database_execute(
		database,
		"BEGIN; DROP TABLE IF EXISTS reading_of; DROP TABLE IF EXISTS reading_facts;"
		"DROP TABLE IF EXISTS reading_unlisted; DROP TABLE IF EXISTS reading");

	if (r == 0)
		r = renew_indexes(database);
	if (r == 0)
		r = write_vocabulary(database);
	return r < 0 ? r : database_execute(database, "COMMIT");
}

static int make_schema(sqlite3 *database)
{
	int r = database_execute(database, "BEGIN");

	if (r == 0)
		r = database_execute(database, schema_sql());
	if (r == 0)
		r = database_executef(database,
				      "PRAGMA application_id = %d; PRAGMA user_version = %d",
				      STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	if (r == 0)
		r = write_vocabulary(database);
	if (r < 0)
		return r;
	return database_executef(database,
				 "INSERT INTO entity (id, kind, key) VALUES (%d, %d, '/'); COMMIT",
				 ENTITY_ROOT, KIND_ROOT);
}

static int check_version(const struct working_copy *copy)
{
	int64_t application = 0, version = 0;
	int r = database_number(copy->database, "PRAGMA application_id", &application);

	if (r == 0)
		r = database_number(copy->database, "PRAGMA user_version", &version);
	if (r < 0)
		return r;
	if (application != STORE_APPLICATION_ID)
		return log_error_errno(-EBADMSG, "%s/%s is not a file of ismapfs",
				       copy->store->path, copy->store->current);
	if (version != STORE_SCHEMA_VERSION)
		return log_error_errno(
			-EPROTONOSUPPORT,
			"%s/%s has schema version %lld, this program writes version %d; use the program that made it, or a newer one",
			copy->store->path, copy->store->current, (long long)version,
			STORE_SCHEMA_VERSION);
	return 0;
}

static int open_database(struct working_copy *copy)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = openat(copy->store->fd, STORE_GENERATION_NEW,
					O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	int error = errno;
	int r = store_directory_file_path(copy->store, STORE_GENERATION_NEW, &path);

	if (r < 0)
		return r;
	/* Made here, as SQLite doesn't say why it can't. */
	if (fd < 0)
		return log_error_errno(-error, "%s: cannot open for writing: %m", path);
	if (sqlite3_open_v2(path, &copy->database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return database_error(copy->database, path);
	/* Where SQLite can't open for writing, it opens for reading and says nothing. */
	if (sqlite3_db_readonly(copy->database, "main") != 0)
		return log_error_errno(-EIO, "%s: cannot open for writing: %m", path);
	(void)sqlite3_db_config(copy->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return database_execute(copy->database,
				"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
				"PRAGMA secure_delete = OFF; PRAGMA locking_mode = EXCLUSIVE;"
				"PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"
				"PRAGMA foreign_keys = ON;");
}

int working_copy_check_owner(const struct store_directory *store)
{
	if (store->state.signer[0] == '\0')
		return 0;
	return log_error_errno(
		-EPERM,
		"%s is a mirror: what it holds is another's, signed by %s, and only 'ismap-sync pull --source mirror' changes it",
		store->path, store->state.signer);
}

int working_copy_open(struct working_copy *copy, struct store_directory *store)
{
	int r = working_copy_check_owner(store);

	if (r < 0)
		return r;
	*copy = (struct working_copy){.store = store, .is_new = store->current[0] == '\0'};
	if (!copy->is_new)
		r = file_copy(store->fd, store->current, STORE_GENERATION_NEW);
	if (r < 0)
		return log_error_errno(r, "%s/%s: cannot copy: %m", store->path, store->current);
	r = open_database(copy);
	if (r < 0)
		return r;
	if (copy->is_new)
		return make_schema(copy->database);
	r = check_version(copy);
	return r < 0 ? r : upgrade(copy->database);
}

/* Whether the one row of a query says "ok". */
static int check_row(const struct working_copy *copy, sqlite3_stmt *row)
{
	int r = database_next(row);

	if (r < 0)
		return r;
	r = r == 0 ? -EBADMSG : database_verdict(row);
	if (r == -EIO)
		return log_error_errno(r, "%s: the new generation can't be read whole: %s",
				       copy->store->path, database_text(row, 0));
	if (r == -EBADMSG)
		return log_error_errno(r, "%s: the new generation is damaged: %s",
				       copy->store->path, database_text(row, 0));
	return r;
}

/*
 * A small file is checked whole. Of a greater one, every row that is new or has
 * ended is read once more; `verify` checks the rest.
 */
static int check(struct working_copy *copy, int64_t first)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int64_t pages, page_size;
	bool small;
	int r = database_number(copy->database, "PRAGMA main.page_count", &pages);

	if (r == 0)
		r = database_number(copy->database, "PRAGMA main.page_size", &page_size);
	if (r < 0)
		return r;
	small = pages * page_size <= SMALL_FILE_SIZE;
	r = database_prepare(copy->database,
			     small ? "PRAGMA main.quick_check(1)" : embedded_touched, &row);
	if (r < 0)
		return r;
	if (!small)
		(void)sqlite3_bind_int64(row, 1, first);
	return check_row(copy, row);
}

int working_copy_make_current(struct working_copy *copy, int64_t first, int64_t generation)
{
	int r = check(copy, first);

	if (r < 0)
		return r;
	if (sqlite3_close(copy->database) != SQLITE_OK)
		return database_error(copy->database, "closing the new generation");
	copy->database = NULL;
	r = store_directory_make_current(copy->store, generation);
	if (r == 0)
		copy->store = NULL;
	return r;
}

void working_copy_discard(struct working_copy *copy)
{
	/* An open statement keeps the file open, but the name can go. */
	if (copy->database)
		(void)sqlite3_close_v2(steal_pointer(copy->database));
	if (copy->store && copy->store->fd >= 0)
		(void)unlinkat(copy->store->fd, STORE_GENERATION_NEW, 0);
	copy->store = NULL;
}
