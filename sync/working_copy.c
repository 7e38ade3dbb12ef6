#include "working_copy.h"

#include <fcntl.h>

#include "embedded.h"
#include "file.h"
#include "log.h"
#include "vocabulary.h"

/* The vocabulary of this program, also into a store that an older one made. */
static int write_vocabulary(sqlite3 *database)
{
	static const struct {
		int id;
		const char *name, *type, *meaning;
	} fields[] = {
#define ROW(number, identifier, name, type, meaning) {number, name, type, meaning},
		VOCABULARY_FIELDS(ROW)
#undef ROW
	};
	static const struct {
		int id;
		const char *table, *name, *meaning;
	} words[] = {
#define ROW(number, identifier, name, meaning) {number, "kind", name, meaning},
		VOCABULARY_KINDS(ROW)
#undef ROW
#define ROW(number, identifier, name, meaning) {number, "relation", name, meaning},
			VOCABULARY_RELATIONS(ROW)
#undef ROW
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(words) / sizeof(words[0]); i++)
		r = database_executef(database,
				      "INSERT INTO %s (id, name, meaning) VALUES (%d, %Q, %Q)"
				      " ON CONFLICT (id) DO UPDATE SET meaning = excluded.meaning",
				      words[i].table, words[i].id, words[i].name, words[i].meaning);
	for (size_t i = 0; r == 0 && i < sizeof(fields) / sizeof(fields[0]); i++)
		r = database_executef(
			database,
			"INSERT INTO field (id, name, type, meaning) VALUES (%d, %Q, %Q, %Q)"
			" ON CONFLICT (id) DO UPDATE SET meaning = excluded.meaning",
			fields[i].id, fields[i].name, fields[i].type, fields[i].meaning);
	return r;
}

static int make_schema(sqlite3 *database)
{
	int r = database_execute(database, "BEGIN");

	if (r == 0)
		r = database_execute(database, embedded_schema_sql());
	if (r == 0)
		r = database_executef(database,
				      "PRAGMA application_id = %d; PRAGMA user_version = %d",
				      STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	if (r == 0)
		r = database_execute(database, embedded_reading_sql());
	if (r == 0)
		r = write_vocabulary(database);
	if (r == 0)
		r = database_executef(database,
				      "INSERT INTO entity (id, kind, key) VALUES (%d, %d, '/')",
				      ENTITY_ROOT, KIND_ROOT);
	return r < 0 ? r : database_execute(database, "COMMIT");
}

static int check_version(const struct working_copy *copy)
{
	int64_t application, version;
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
			"%s/%s has schema version %lld, this program writes version %d; use "
			"the program that made it, or a newer one",
			copy->store->path, copy->store->current, (long long)version,
			STORE_SCHEMA_VERSION);
	return 0;
}

static int open_database(struct working_copy *copy)
{
	_cleanup_free_ char *path = NULL;
	int r = store_directory_file_path(copy->store, STORE_GENERATION_NEW, &path);

	if (r < 0)
		return r;
	if (sqlite3_open_v2(path, &copy->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			    NULL) != SQLITE_OK)
		return database_error(copy->database, path);
	(void)sqlite3_db_config(copy->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return database_execute(copy->database,
				"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
				"PRAGMA secure_delete = OFF; PRAGMA locking_mode = EXCLUSIVE;"
				"PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"
				"PRAGMA foreign_keys = ON;");
}

int working_copy_open(struct working_copy *copy, struct store_directory *store)
{
	int r = 0;

	if (store->state.signer[0] != '\0')
		return log_error_errno(
			-EPERM,
			"%s is a mirror: what it holds is another's, signed by %s, and "
			"only 'ismap-sync pull --source mirror' changes it",
			store->path, store->state.signer);
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
	if (r == 0)
		r = database_execute(copy->database, embedded_reading_sql());
	return r < 0 ? r : write_vocabulary(copy->database);
}

static int quick_check(struct working_copy *copy)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(copy->database, "PRAGMA main.quick_check(1)", &statement);

	if (r == 0)
		r = database_next(statement);
	if (r < 0)
		return r;
	if (r == 0 || strcmp(database_text(statement, 0), "ok") != 0)
		return log_error_errno(-EBADMSG, "%s: the new generation is damaged: %s",
				       copy->store->path, database_text(statement, 0));
	return 0;
}

int working_copy_publish(struct working_copy *copy, int64_t generation)
{
	int r = quick_check(copy);

	if (r < 0)
		return r;
	if (sqlite3_close(copy->database) != SQLITE_OK)
		return database_error(copy->database, "closing the new generation");
	copy->database = NULL;
	r = store_directory_publish(copy->store, generation);
	if (r == 0)
		copy->store = NULL;
	return r;
}

void working_copy_discard(struct working_copy *copy)
{
	/* A statement that is still open keeps the file open, not the file's name. */
	if (copy->database)
		(void)sqlite3_close_v2(steal_pointer(copy->database));
	if (copy->store && copy->store->fd >= 0)
		(void)unlinkat(copy->store->fd, STORE_GENERATION_NEW, 0);
	copy->store = NULL;
}
