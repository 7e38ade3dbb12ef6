#include "stage/staging.h"

#include <errno.h>
#include <string.h>

#include "util/buffer.h"
#include "util/embed.h"
#include "common/log.h"
#include "store.h"
#include "util/memory.h"
#include "util/text.h"
#include "util/checksum.h"

EMBED(staging, "stage/steps/1-staging.sql");
EMBED(forget, "stage/steps/2-forget.sql");
EMBED(catalogue, "stage/steps/2-catalogue.sql");

static const char *const statement_texts[STAGE_STATEMENT_COUNT] = {
	[STAGE_ENTITY_FIND] = "SELECT sid FROM staged_entity WHERE kind = ?1 AND key = ?2",
	[STAGE_ENTITY_ADD] = "INSERT INTO staged_entity (kind, key) VALUES (?1, ?2)",
	[STAGE_NAMED_FIND] = "SELECT sid FROM staged_entity WHERE kind = ?1 AND name = ?2",
	[STAGE_NAMED_ADD] = "INSERT INTO staged_entity (kind, name) VALUES (?1, ?2)",
	[STAGE_PRESENCE] =
		"INSERT OR REPLACE INTO staged_presence (sid, parent, name) VALUES (?1, ?2, ?3)",
	[STAGE_VALUE] =
		"INSERT OR REPLACE INTO staged_value (sid, field, text) VALUES (?1, ?2, ?3)",
	[STAGE_LINK] = "INSERT OR REPLACE INTO staged_link (sid, relation, name, target, path)"
		       " VALUES (?1, ?2, ?3, ?4, ?5)",
	[STAGE_PARTY] = "INSERT OR IGNORE INTO staged_party (service, party) VALUES (?1, ?2)",
	[STAGE_DECLARATION] =
		"INSERT OR IGNORE INTO staged_declaration (service, target) VALUES (?1, ?2)",
	[STAGE_FIELD_FIND] = "SELECT id FROM field WHERE name = ?1",
	[STAGE_RECORD] = "INSERT OR REPLACE INTO staged_record (sid, fingerprint) VALUES (?1, ?2)",
	[STAGE_READING] =
		"SELECT e.id, r.fingerprint FROM entity e JOIN reading r ON r.entity = e.id"
		" WHERE e.kind = ?1 AND e.key = ?2",
	[STAGE_FACTS] = "SELECT f.entity, f.fingerprint FROM reading r"
			" JOIN entity e ON e.id = r.entity AND e.kind = ?1"
			" JOIN reading_facts f ON f.entity = r.entity WHERE r.name = ?2",
	[STAGE_CATALOGUE] = "SELECT f.entity, f.fingerprint FROM entity e"
			    " JOIN reading_facts f ON f.entity = e.id"
			    " WHERE e.kind = ?1 AND e.key = ?2",
	[STAGE_RESTATED_FIND] = "SELECT t.id FROM entity e JOIN restated t ON t.id = e.id"
				" WHERE e.kind = ?1 AND e.key = ?2",
	[STAGE_RESTATED_ADD] = "INSERT OR IGNORE INTO restated (id) VALUES (?1)",
	[STAGE_LEVERAGE] = "INSERT OR IGNORE INTO staged_leverage (service, target, number) VALUES "
			   "(?1, ?2, ?3)",
};

/* service_key(number), for SQL. */
static void service_key(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *number = (const char *)sqlite3_value_text(values[0]);
	char *key = NULL;

	(void)count;
	if (!number || staging_service_key(number, &key) < 0)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_text(context, key, -1, free);
}

int staging_open(struct staging *staging, sqlite3 *database)
{
	int r;

	*staging = (struct staging){.database = database};
	r = database_execute(database,
			     "ATTACH ':memory:' AS stage; PRAGMA stage.page_size = 32768");
	if (r == 0 &&
	    sqlite3_create_function(database, "service_key", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
				    NULL, service_key, NULL, NULL) != SQLITE_OK)
		r = database_error(database, "preparing to read the store");
	if (r == 0)
		r = database_execute(database, embedded_staging);
	for (int i = 0; r == 0 && i < STAGE_STATEMENT_COUNT; i++)
		r = database_prepare(database, statement_texts[i], &staging->statements[i]);
	return r;
}

/* Empties every staging table. */
static int clear(struct staging *staging)
{
	_cleanup_statement_ sqlite3_stmt *tables = NULL;
	_cleanup_buffer_ struct buffer sql = {0};
	int r = database_prepare(staging->database,
				 "SELECT name FROM stage.sqlite_schema WHERE type = 'table'",
				 &tables);

	if (r < 0)
		return r;
	while ((r = database_next(tables)) > 0)
		buffer_printf(&sql, "DELETE FROM stage.%s;", database_text(tables, 0));
	return r < 0 ? r : database_execute(staging->database, sql.bytes);
}

/* Whether the store's account of what was read is this reader's, and of the newest generation. */
static int is_account_of(struct staging *staging, const char *reader)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r;

	if (!reader)
		return 0;
	r = database_prepare(staging->database,
			     "SELECT 1 FROM reading_of WHERE reader = ?1"
			     " AND generation = (SELECT max(id) FROM generation)",
			     &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, reader, -1, SQLITE_STATIC);
	return database_next(row);
}

int staging_begin(struct staging *staging, const char *reader)
{
	int r = clear(staging);

	staging->catalogue = false;
	staging->restated = 0;
	if (r == 0)
		r = is_account_of(staging, reader);
	if (r < 0)
		return r;
	staging->whole = r == 0;
	r = staging->whole ? database_execute(staging->database, embedded_forget) : 0;
	if (r == 0)
		r = staging_directories(staging);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "services", &staging->services);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "controls", &staging->controls);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "baselines", &staging->baselines);
	return r;
}

void staging_close(struct staging *staging)
{
	for (int i = 0; i < STAGE_STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(steal_pointer(staging->statements[i]));
}

static int find(sqlite3_stmt *statement, int kind, const char *text, int64_t *sid)
{
	int r;

	(void)sqlite3_bind_int(statement, 1, kind);
	(void)sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
	r = database_next(statement);
	if (r > 0)
		*sid = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	return r;
}

static int find_or_add(struct staging *staging, enum staging_statement finder,
		       enum staging_statement adder, enum kind kind, const char *text, int64_t *sid)
{
	sqlite3_stmt *statement = staging->statements[adder];
	int r = find(staging->statements[finder], (int)kind, text, sid);

	if (r != 0)
		return r < 0 ? r : 0;
	(void)sqlite3_bind_int(statement, 1, (int)kind);
	(void)sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
	r = database_run(statement);
	*sid = sqlite3_last_insert_rowid(staging->database);
	return r;
}

int staging_entity(struct staging *staging, enum kind kind, const char *key, int64_t *sid)
{
	return find_or_add(staging, STAGE_ENTITY_FIND, STAGE_ENTITY_ADD, kind, key, sid);
}

int staging_named(struct staging *staging, enum kind kind, const char *name, int64_t *sid)
{
	_cleanup_free_ char *trimmed = text_trim(name);

	return find_or_add(staging, STAGE_NAMED_FIND, STAGE_NAMED_ADD, kind, trimmed, sid);
}

/* Letters and digits, as nearly every id is: a name as it stands. */
static bool is_plain_id(const char *id)
{
	size_t length = 0;

	for (; id[length] != '\0'; length++)
		if (!((id[length] >= '0' && id[length] <= '9') ||
		      (id[length] >= 'A' && id[length] <= 'Z') ||
		      (id[length] >= 'a' && id[length] <= 'z')))
			return false;
	return length > 0 && length < 100;
}

int staging_service_key(const char *id, char **key)
{
	_cleanup_free_ char *trimmed = NULL, *name = NULL;
	char digest[CHECKSUM_TEXT_SIZE];

	if (is_plain_id(id)) {
		*key = xstrdup(id);
		return 0;
	}
	trimmed = text_trim(id);
	/* Room for the checksum behind a name that had to be changed. */
	name = text_name(trimmed, 16);
	if (name && strcmp(name, trimmed) == 0) {
		*key = steal_pointer(name);
		return 0;
	}
	checksum(trimmed, strlen(trimmed), digest);
	if (asprintf(key, "%s~%.8s", name ? name : "service", digest) < 0) {
		*key = NULL;
		return -ENOMEM;
	}
	return 0;
}

int staging_service(struct staging *staging, const char *id, bool made_up, int64_t *sid)
{
	_cleanup_free_ char *key = NULL, *trimmed = NULL;
	int r = staging_service_key(id, &key);

	if (r < 0)
		return r;
	r = find(staging->statements[STAGE_ENTITY_FIND], KIND_SERVICE, key, sid);
	if (r == 0 && staging->restated > 0)
		r = find(staging->statements[STAGE_RESTATED_FIND], KIND_SERVICE, key, sid);
	if (r != 0)
		return r;
	r = staging_entity(staging, KIND_SERVICE, key, sid);
	if (r == 0)
		r = staging_presence(staging, *sid, staging->services, key);
	if (r < 0 || made_up)
		return r;
	trimmed = text_trim(id);
	return staging_value(staging, *sid, FIELD_NUMBER, trimmed);
}

/* 1 and the entity when the store's account has that very fingerprint under it. */
static int is_read(sqlite3_stmt *account, enum kind kind, const char *text,
		   const struct fingerprint *fingerprint, int64_t *entity)
{
	int r;

	(void)sqlite3_bind_int(account, 1, (int)kind);
	(void)sqlite3_bind_text(account, 2, text, -1, SQLITE_STATIC);
	r = database_next(account);
	if (r > 0) {
		*entity = sqlite3_column_int64(account, 0);
		r = sqlite3_column_bytes(account, 1) == (int)sizeof(fingerprint->bytes) &&
		    memcmp(sqlite3_column_blob(account, 1), fingerprint->bytes,
			   sizeof(fingerprint->bytes)) == 0;
	}
	(void)sqlite3_reset(account);
	return r;
}

/* 1, or 0 when it was restated before. */
static int restate(struct staging *staging, int64_t entity)
{
	sqlite3_stmt *statement = staging->statements[STAGE_RESTATED_ADD];
	int r;

	(void)sqlite3_bind_int64(statement, 1, entity);
	r = database_run(statement);
	return r < 0 ? r : sqlite3_changes(staging->database);
}

int staging_is_restated(struct staging *staging, const char *id,
			const struct fingerprint *fingerprint)
{
	_cleanup_free_ char *key = NULL;
	int64_t entity, sid;
	int r;

	if (staging->whole)
		return 0;
	r = staging_service_key(id, &key);
	if (r == 0)
		r = is_read(staging->statements[STAGE_READING], KIND_SERVICE, key, fingerprint,
			    &entity);
	if (r <= 0)
		return r;
	/* A second record of one id is the source's to look at. */
	r = find(staging->statements[STAGE_ENTITY_FIND], KIND_SERVICE, key, &sid);
	if (r != 0)
		return r < 0 ? r : 0;
	r = restate(staging, entity);
	if (r > 0)
		staging->restated++;
	return r;
}

static int are_restated(struct staging *staging, enum staging_statement account, enum kind kind,
			const char *text, const struct fingerprint *fingerprint)
{
	int64_t entity;
	int r;

	if (staging->whole)
		return 0;
	r = is_read(staging->statements[account], kind, text, fingerprint, &entity);
	if (r <= 0)
		return r;
	r = restate(staging, entity);
	return r < 0 ? r : 1;
}

int staging_are_facts_restated(struct staging *staging, const char *name,
			       const struct fingerprint *fingerprint)
{
	return are_restated(staging, STAGE_FACTS, KIND_PROVIDER, name, fingerprint);
}

int staging_is_catalogue_restated(struct staging *staging, const struct fingerprint *fingerprint)
{
	return are_restated(staging, STAGE_CATALOGUE, KIND_COLLECTION, "controls", fingerprint);
}

int staging_catalogue_done(struct staging *staging)
{
	return database_execute(staging->database, embedded_catalogue);
}

int staging_record(struct staging *staging, int64_t sid, const struct fingerprint *fingerprint)
{
	sqlite3_stmt *statement = staging->statements[STAGE_RECORD];

	(void)sqlite3_bind_int64(statement, 1, sid);
	(void)sqlite3_bind_blob(statement, 2, fingerprint->bytes, sizeof(fingerprint->bytes),
				SQLITE_STATIC);
	return database_run(statement);
}

int staging_presence(struct staging *staging, int64_t sid, int64_t parent, const char *name)
{
	sqlite3_stmt *statement = staging->statements[STAGE_PRESENCE];

	(void)sqlite3_bind_int64(statement, 1, sid);
	(void)sqlite3_bind_int64(statement, 2, parent);
	(void)sqlite3_bind_text(statement, 3, name, -1, SQLITE_STATIC);
	return database_run(statement);
}

int staging_value(struct staging *staging, int64_t sid, int field, const char *text)
{
	sqlite3_stmt *statement = staging->statements[STAGE_VALUE];

	(void)sqlite3_bind_int64(statement, 1, sid);
	(void)sqlite3_bind_int(statement, 2, field);
	(void)sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
	return database_run(statement);
}

int staging_link(struct staging *staging, int64_t sid, enum relation relation, const char *name,
		 int64_t target, const char *path)
{
	sqlite3_stmt *statement = staging->statements[STAGE_LINK];

	(void)sqlite3_bind_int64(statement, 1, sid);
	(void)sqlite3_bind_int(statement, 2, (int)relation);
	(void)sqlite3_bind_text(statement, 3, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 4, target);
	(void)sqlite3_bind_text(statement, 5, path, -1, SQLITE_STATIC);
	return database_run(statement);
}

static int run_pair(sqlite3_stmt *statement, int64_t first, int64_t second)
{
	(void)sqlite3_bind_int64(statement, 1, first);
	(void)sqlite3_bind_int64(statement, 2, second);
	return database_run(statement);
}

int staging_party(struct staging *staging, int64_t service, int64_t party)
{
	return run_pair(staging->statements[STAGE_PARTY], service, party);
}

int staging_declaration(struct staging *staging, int64_t service, int64_t target)
{
	return run_pair(staging->statements[STAGE_DECLARATION], service, target);
}

int staging_leverage(struct staging *staging, const char *service, const char *target)
{
	sqlite3_stmt *statement = staging->statements[STAGE_LEVERAGE];
	_cleanup_free_ char *service_key = NULL, *target_key = NULL, *number = NULL;
	int r = staging_service_key(service, &service_key);

	if (r == 0)
		r = staging_service_key(target, &target_key);
	/* That a service is built on itself says nothing. */
	if (r == 0 && strcmp(service_key, target_key) == 0)
		return 0;
	if (r == 0)
		number = text_trim(target);
	(void)sqlite3_bind_text(statement, 1, service_key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 2, target_key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 3, number, -1, SQLITE_STATIC);
	return database_run(statement);
}

int staging_field(struct staging *staging, const char *name, int *field)
{
	sqlite3_stmt *statement = staging->statements[STAGE_FIELD_FIND];
	int r;

	(void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	r = database_next(statement);
	if (r > 0)
		*field = sqlite3_column_int(statement, 0);
	(void)sqlite3_reset(statement);
	if (r != 0)
		return r < 0 ? r : 0;
	if (strncmp(name, "extra.", strlen("extra.")) != 0)
		return -ENOENT;
	r = database_executef(
		staging->database,
		"INSERT INTO field (id, name, type, meaning) SELECT max(%d, max(id) + 1), %Q,"
		" 'text', 'kept as the source states it, under the source''s own label' FROM field",
		FIELD_FIRST_EXTRA, name);
	if (r < 0)
		return r;
	*field = (int)sqlite3_last_insert_rowid(staging->database);
	/* The vocabulary was staged before this word was known. */
	return database_executef(staging->database,
				 "INSERT INTO staged_value (sid, field, text)"
				 " SELECT s.sid, f.id, f.type || ': ' || f.meaning"
				 " FROM staged_entity s, field f"
				 " WHERE s.key = '.registry/schema' AND f.id = %d",
				 *field);
}
