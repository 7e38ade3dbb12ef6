#include "stage/staging.h"

#include <errno.h>
#include <string.h>

#include "util/buffer.h"
#include "common/embed.h"
#include "common/log.h"
#include "store.h"
#include "store/working_copy.h"
#include "util/memory.h"
#include "util/text/text.h"
#include "util/checksum.h"

EMBED(staging, "stage/steps/1-staging.sql");

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
	[STAGE_FIELD_FIND] = "SELECT id, type FROM field WHERE name = ?1 UNION ALL"
			     " SELECT id, type FROM staged_field WHERE name = ?1",
	[STAGE_FIELD_ADD] = "INSERT INTO staged_field (id, name, type, meaning, meaning_ja)"
			    " VALUES (max(?1, 1 + (SELECT max(id) FROM field),"
			    " 1 + coalesce((SELECT max(id) FROM staged_field), 0)), ?2, ?3,"
			    " 'kept as the source states it, under the source''s own label',"
			    " '情報源の記載のまま、情報源自身の見出しで保持したもの')",
	[STAGE_TARGET] =
		"SELECT 1 FROM staged_presence p JOIN staged_entity s USING (sid)"
		" WHERE s.kind = ?1 AND s.key = ?2 UNION ALL"
		" SELECT 1 FROM entity e JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL"
		" WHERE e.kind = ?1 AND e.key = ?2 AND NOT ?3",
	[STAGE_DELISTED] = "UPDATE staged_presence SET parent = ?2 WHERE sid = ?1",
	[STAGE_UNLISTED] = "INSERT OR IGNORE INTO staged_unlisted (sid) VALUES (?1)",
	[STAGE_WORD] = "INSERT OR IGNORE INTO status_word (word, in_force, meaning)"
		       " VALUES (?1, ?2, ?3)",
	[STAGE_LEVERAGE] = "INSERT OR IGNORE INTO staged_leverage (service, target, number) VALUES "
			   "(?1, ?2, ?3)",
};

/* service_key(number), for SQL. */
static void service_key(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *number = (const char *)sqlite3_value_text(values[0]);

	(void)count;
	sqlite3_result_text(context, staging_service_key(number), -1, free);
}

/* lines(text), for SQL: the lines as an array in JSON, for json_each(). */
static void lines(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]), *end;
	struct buffer array = {0};

	(void)count;
	buffer_text(&array, "[");
	for (; text && *text != '\0'; text = end + (*end != '\0')) {
		_cleanup_free_ char *line = NULL;

		end = strchrnul(text, '\n');
		line = xstrndup(text, (size_t)(end - text));
		buffer_text(&array, array.length > 1 ? "," : "");
		buffer_json_string(&array, line);
	}
	buffer_text(&array, "]");
	sqlite3_result_text(context, array.bytes, (int)array.length, free);
}

static int add_functions(sqlite3 *database)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	if (sqlite3_create_function(database, "service_key", 1, flags, NULL, service_key, NULL,
				    NULL) != SQLITE_OK ||
	    sqlite3_create_function(database, "lines", 1, flags, NULL, lines, NULL, NULL) !=
		    SQLITE_OK)
		return database_error(database, "preparing to read the store");
	return 0;
}

int staging_open(struct staging *staging, sqlite3 *database)
{
	int r;

	*staging = (struct staging){.database = database};
	r = database_execute(database, "ATTACH '' AS stage; PRAGMA stage.page_size = 32768;"
				       "PRAGMA stage.cache_size = -" WORKING_COPY_CACHE_KB);
	if (r == 0)
		r = add_functions(database);
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

int staging_begin(struct staging *staging)
{
	staging->catalogue = false;
	staging->longest = 0;
	return clear(staging);
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

int staging_status_word(struct staging *staging, const char *word, const char *in_force,
			const char *meaning)
{
	sqlite3_stmt *statement = staging->statements[STAGE_WORD];

	(void)sqlite3_bind_text(statement, 1, word, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 2, in_force, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 3, meaning, -1, SQLITE_STATIC);
	return database_run(statement);
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
	return length > 0 && length < 100 && !text_is_device(id);
}

char *staging_service_key(const char *id)
{
	_cleanup_free_ char *trimmed = NULL, *name = NULL;
	char digest[CHECKSUM_TEXT_SIZE];

	if (is_plain_id(id))
		return xstrdup(id);
	trimmed = text_trim(id);
	/* Room for the checksum behind a name that had to be changed. */
	name = text_name(trimmed, 16);
	if (name && strcmp(name, trimmed) == 0)
		return steal_pointer(name);
	checksum(trimmed, strlen(trimmed), digest);
	return xasprintf("%s~%.8s", name ? name : "service", digest);
}

int staging_service(struct staging *staging, const char *id, bool made_up, int64_t *sid)
{
	_cleanup_free_ char *key = staging_service_key(id), *trimmed = NULL;
	int r = find(staging->statements[STAGE_ENTITY_FIND], KIND_SERVICE, key, sid);

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

int staging_delisted(struct staging *staging, int64_t sid, bool unlisted)
{
	sqlite3_stmt *presence = staging->statements[STAGE_DELISTED];
	sqlite3_stmt *without = staging->statements[STAGE_UNLISTED];
	int r;

	(void)sqlite3_bind_int64(presence, 1, sid);
	(void)sqlite3_bind_int64(presence, 2, staging->delisted);
	r = database_run(presence);
	if (r < 0 || !unlisted)
		return r;
	(void)sqlite3_bind_int64(without, 1, sid);
	return database_run(without);
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
	size_t length = strlen(text);

	if (length > staging->longest)
		staging->longest = length;
	(void)sqlite3_bind_int64(statement, 1, sid);
	(void)sqlite3_bind_int(statement, 2, field);
	(void)sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
	return database_run(statement);
}

int staging_line(struct staging *staging, int64_t sid, int field, const char *text)
{
	_cleanup_free_ char *line = text_line(text);

	return staging_value(staging, sid, field, line);
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

int staging_target(struct staging *staging, enum kind kind, const char *key, int64_t *sid)
{
	sqlite3_stmt *statement = staging->statements[STAGE_TARGET];
	int r;

	(void)sqlite3_bind_int(statement, 1, (int)kind);
	(void)sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(statement, 3, staging->catalogue);
	r = database_next(statement);
	(void)sqlite3_reset(statement);
	if (r <= 0)
		return r;
	r = staging_entity(staging, kind, key, sid);
	return r < 0 ? r : 1;
}

int staging_leverage(struct staging *staging, const char *service, const char *target)
{
	sqlite3_stmt *statement = staging->statements[STAGE_LEVERAGE];
	_cleanup_free_ char *service_key = staging_service_key(service);
	_cleanup_free_ char *target_key = staging_service_key(target), *number = NULL;

	/* That a service is built on itself says nothing. */
	if (strcmp(service_key, target_key) == 0)
		return 0;
	number = text_trim(target);
	(void)sqlite3_bind_text(statement, 1, service_key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 2, target_key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 3, number, -1, SQLITE_STATIC);
	return database_run(statement);
}

int staging_field(struct staging *staging, const char *name, int *field, char *type)
{
	static const char new_type[] = "text";
	sqlite3_stmt *found = staging->statements[STAGE_FIELD_FIND];
	sqlite3_stmt *add = staging->statements[STAGE_FIELD_ADD];
	int r;

	(void)sqlite3_bind_text(found, 1, name, -1, SQLITE_STATIC);
	r = database_next(found);
	if (r > 0) {
		*field = sqlite3_column_int(found, 0);
		if (type)
			(void)snprintf(type, FIELD_TYPE_SIZE, "%s", database_text(found, 1));
	}
	(void)sqlite3_reset(found);
	if (r != 0)
		return r < 0 ? r : 0;
	if (!staging_is_extra(name))
		return -ENOENT;
	if (type)
		(void)snprintf(type, FIELD_TYPE_SIZE, "%s", new_type);
	(void)sqlite3_bind_int(add, 1, FIELD_FIRST_EXTRA);
	(void)sqlite3_bind_text(add, 2, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(add, 3, new_type, -1, SQLITE_STATIC);
	r = database_run(add);
	*field = (int)sqlite3_last_insert_rowid(staging->database);
	return r;
}
