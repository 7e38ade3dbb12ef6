#include "store/working_copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/check.h"
#include "common/embed.h"
#include "util/file.h"
#include "util/memory.h"
#include "common/log.h"
#include "vocabulary.h"

EMBED(touched, "store/touched.sql");

/* Checking this much takes a few milliseconds. */
#define SMALL_FILE_SIZE (4 * 1024 * 1024)

/* So many steps of SQLite's machine for so many bytes of the file. A pull of a list of 600 services
 * takes a hundredth. */
#define STEPS 1000000000
#define STEPS_BYTES (1024 * 1024)

struct word {
	int id;
	const char *name, *type, *meaning, *meaning_ja;
};

#define ROW(number, identifier, name, meaning, meaning_ja) \
	{number, name, NULL, meaning, meaning_ja},
static const struct word kinds[] = {VOCABULARY_KINDS(ROW)};
static const struct word relations[] = {VOCABULARY_RELATIONS(ROW)};
#undef ROW
#define ROW(number, identifier, name, type, meaning, meaning_ja) \
	{number, name, type, meaning, meaning_ja},
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
		(void)sqlite3_bind_text(statement, 4, words[i].meaning_ja, -1, SQLITE_STATIC);
		if (words[i].type)
			(void)sqlite3_bind_text(statement, 5, words[i].type, -1, SQLITE_STATIC);
		r = database_run(statement);
	}
	return r;
}

/* The vocabulary of this program, also into a store that lacks some of its words. */
static int write_vocabulary(sqlite3 *database)
{
#define RENEW \
	" ON CONFLICT (id) DO UPDATE SET meaning = excluded.meaning, meaning_ja = excluded.meaning_ja" \
	" WHERE meaning <> excluded.meaning OR meaning_ja <> excluded.meaning_ja"
	static const struct {
		const char *sql;
		const struct word *words;
		size_t count;
	} tables[] = {
		{"INSERT INTO kind (id, name, meaning, meaning_ja) VALUES (?1, ?2, ?3, ?4)" RENEW,
		 kinds, sizeof(kinds) / sizeof(kinds[0])},
		{"INSERT INTO relation (id, name, meaning, meaning_ja) VALUES (?1, ?2, ?3, ?4)" RENEW,
		 relations, sizeof(relations) / sizeof(relations[0])},
		{"INSERT INTO field (id, name, meaning, meaning_ja, type) VALUES (?1, ?2, ?3, ?4, ?5)" RENEW,
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

static int make_schema(sqlite3 *database)
{
	int r = database_execute(database, "BEGIN");

	if (r == 0)
		r = database_execute(database, store_schema());
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
	if (version < STORE_SCHEMA_VERSION)
		return log_error_errno(
			-EPROTONOSUPPORT,
			"%s/%s has schema version %lld, this program writes version %d; 'ismap-sync upgrade --store %s' brings it up to date",
			copy->store->path, copy->store->current, (long long)version,
			STORE_SCHEMA_VERSION, copy->store->path);
	if (version != STORE_SCHEMA_VERSION)
		return log_error_errno(
			-EPROTONOSUPPORT,
			"%s/%s has schema version %lld, this program writes version %d; use the program that made it, or a newer one",
			copy->store->path, copy->store->current, (long long)version,
			STORE_SCHEMA_VERSION);
	return 0;
}

/*
 * What doesn't fit into a cache goes into files: beside the store, where no other
 * room is needed than for the store itself. SQLite removes their names at once.
 */
static int bound_memory(struct working_copy *copy)
{
	_cleanup_free_ char *directory = NULL;
	int r = store_directory_file_path(copy->store, ".", &directory);

	return r < 0 ? r
		     : database_executef(
			       copy->database,
			       "PRAGMA temp_store_directory = %Q; PRAGMA temp_store = FILE;"
			       "PRAGMA cache_size = -" WORKING_COPY_CACHE_KB,
			       directory);
}

static int take_steps(void *context)
{
	struct working_copy *copy = context;

	return --copy->steps < 0;
}

/* Bounds all that is done with the file by its size, as one statement may have to do with all of
 * it. A damaged or malicious file may show one page as very many. */
static void limit_steps(struct working_copy *copy)
{
	struct stat attributes = {.st_size = 0};

	if (copy->store->current[0] != '\0')
		(void)fstatat(copy->store->fd, copy->store->current, &attributes, 0);
	copy->steps = 100 + attributes.st_size / STEPS_BYTES;
	sqlite3_progress_handler(copy->database, STEPS, take_steps, copy);
}

/* No trigger or view of somebody else's runs in our place. */
static int check_schema(const struct working_copy *copy)
{
	char difference[STORE_NAME_MAX];
	int r = store_check_schema(copy->database, difference, sizeof(difference));

	if (r == -EPROTO)
		return log_error_errno(
			-EBADMSG,
			"%s/%s has another schema than this program's (%s), so nothing is added to it; put a whole store back, or move %s away and pull again",
			copy->store->path, copy->store->current, difference, copy->store->path);
	return r < 0 ? database_error(copy->database, "reading the store") : 0;
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
	if (sqlite3_open_v2(path, &copy->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL) !=
	    SQLITE_OK)
		return database_error(copy->database, path);
	/* Where SQLite can't open for writing, it opens for reading and says nothing. */
	if (sqlite3_db_readonly(copy->database, "main") != 0)
		return log_error_errno(-EIO, "%s: cannot open for writing: %m", path);
	store_harden(copy->database);
	/* What is made of many rows may be longer than a row. */
	(void)sqlite3_limit(copy->database, SQLITE_LIMIT_LENGTH, INT32_MAX);
	limit_steps(copy);
	r = database_execute(copy->database,
			     "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
			     "PRAGMA secure_delete = OFF; PRAGMA locking_mode = EXCLUSIVE;"
			     "PRAGMA foreign_keys = ON;");
	return r < 0 ? r : bound_memory(copy);
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

int working_copy_open_empty(struct working_copy *copy, struct store_directory *store)
{
	int r;

	*copy = (struct working_copy){.store = store};
	r = open_database(copy);
	return r < 0 ? r : make_schema(copy->database);
}

/* What was altered is nothing to build on: the copy is compared, as it may be damaged itself. */
static int copy_current(const struct store_directory *store)
{
	struct reason reason = {.about = store->path};
	int r = file_copy(store->fd, store->current, STORE_GENERATION_NEW);

	if (r < 0)
		return log_error_errno(r, "%s/%s: cannot copy: %m", store->path, store->current);
	r = store_check_digest(store, STORE_GENERATION_NEW, &reason);
	reason_say(&reason);
	return r == -ENOENT ? 0 : r;
}

int working_copy_open(struct working_copy *copy, struct store_directory *store)
{
	int r = working_copy_check_owner(store);

	if (r < 0)
		return r;
	*copy = (struct working_copy){.store = store, .is_new = store->current[0] == '\0'};
	if (!copy->is_new)
		r = copy_current(store);
	if (r < 0)
		return r;
	r = open_database(copy);
	if (r < 0)
		return r;
	if (copy->is_new)
		return make_schema(copy->database);
	r = check_version(copy);
	if (r == 0)
		r = check_schema(copy);
	if (r == 0)
		r = database_execute(copy->database, "BEGIN");
	if (r == 0)
		r = write_vocabulary(copy->database);
	return r < 0 ? r : database_execute(copy->database, "COMMIT");
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
	int64_t pages = 0, page_size = 0;
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
