#include "render/changes.h"

#include <string.h>

#include "render/render.h"
#include "common/timestamp.h"
#include "common/embed.h"
#include "util/memory.h"

EMBED(changes, "render/changes/changes.sql");
EMBED(latest, "render/changes/latest.sql");
EMBED(change_service, "render/changes/service.sql");
EMBED(own_words, "render/changes/own_words.sql");

static const char *const column_names[] = {"sequence", "time", "kind", "service",
					   "field",    "old",  "new"};

/* Without rows in it, every change counts as the registry's. */
static const char own_tables[] =
	"CREATE TEMP TABLE IF NOT EXISTS own_change (entity INTEGER, gen INTEGER,"
	" PRIMARY KEY (entity, gen)) STRICT;"
	"CREATE TEMP TABLE IF NOT EXISTS own_word (former TEXT, word TEXT,"
	" PRIMARY KEY (former)) STRICT;";

/* Notes a registry's words of a status that had another name in this program. Where two words had
 * the same one, it is the better one's, which stands first: a service that has the other one now
 * may have changed. */
static int note_words(sqlite3 *database, const struct registry *registry)
{
	for (const struct word *word = registry->statuses; word->word; word++) {
		const char *const texts[] = {word->former, word->word};
		int r;

		if (!word->former || strcmp(word->former, word->word) == 0)
			continue;
		r = database_execute_with(
			database, "INSERT OR IGNORE INTO temp.own_word VALUES (?1, ?2)", texts, 2);
		if (r < 0)
			return r;
	}
	return 0;
}

int changes_tell_own_words(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const struct registry *registry;
	int r = database_execute(database, own_tables);

	if (r == 0)
		r = database_execute(database, "DELETE FROM temp.own_change;"
					       "DELETE FROM temp.own_word");
	if (r == 0)
		r = database_prepare(database, "SELECT registry FROM store", &row);
	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	registry = registry_find(database_text(row, 0));
	r = registry ? note_words(database, registry) : 0;
	return r < 0 ? r : database_execute(database, embedded_own_words);
}

int changes_select(sqlite3 *database, const char *rest, sqlite3_stmt **rows)
{
	return changes_select_into(database, "", rest, rows);
}

int changes_select_into(sqlite3 *database, const char *into, const char *rest, sqlite3_stmt **rows)
{
	_cleanup_free_ char *sql = xasprintf("%s%s%s", into, embedded_changes, rest);
	int r = database_execute(database, own_tables);

	return r < 0 ? r : database_prepare(database, sql, rows);
}

int changes_prepare_service(sqlite3 *database, sqlite3_stmt **service)
{
	return database_prepare(database, embedded_change_service, service);
}

int changes_find_service(sqlite3_stmt *service, int64_t entity, int64_t before, int64_t after)
{
	int r;

	(void)sqlite3_reset(service);
	(void)sqlite3_bind_int64(service, 1, entity);
	(void)sqlite3_bind_int64(service, 2, before);
	(void)sqlite3_bind_int64(service, 3, after);
	r = database_next(service);
	return r < 0 ? r : 0;
}

/* Whether a row is one of changes, which have a number and a time; of two days' difference it
 * isn't. */
static bool is_numbered(sqlite3_stmt *row)
{
	return sqlite3_column_type(row, CHANGE_SEQUENCE) != SQLITE_NULL;
}

void changes_put_tsv(struct buffer *buffer, sqlite3_stmt *row)
{
	char time[TIMESTAMP_TEXT_SIZE];

	if (is_numbered(row)) {
		timestamp_format(sqlite3_column_int64(row, CHANGE_TIME), time);
		buffer_printf(buffer, "%lld\t%s\t",
			      (long long)sqlite3_column_int64(row, CHANGE_SEQUENCE), time);
	}
	for (int column = CHANGE_KIND; column <= CHANGE_NEW; column++) {
		buffer_text(buffer, column > CHANGE_KIND ? "\t" : "");
		buffer_tsv_field(buffer, database_text(row, column));
	}
	buffer_text(buffer, "\n");
}

void changes_put_json(struct buffer *buffer, sqlite3_stmt *row)
{
	char time[TIMESTAMP_TEXT_SIZE];

	buffer_text(buffer, "{");
	if (is_numbered(row)) {
		timestamp_format(sqlite3_column_int64(row, CHANGE_TIME), time);
		buffer_printf(buffer, "\"sequence\":%lld,\"time\":\"%s\",",
			      (long long)sqlite3_column_int64(row, CHANGE_SEQUENCE), time);
	}
	for (int column = CHANGE_KIND; column <= CHANGE_NEW; column++) {
		buffer_printf(buffer, "%s\"%s\":", column > CHANGE_KIND ? "," : "",
			      column_names[column]);
		buffer_json_string(buffer, database_text(row, column));
	}
	buffer_text(buffer, "}");
}

static int collect(sqlite3_stmt *rows, struct buffer *tsv)
{
	int r;

	while ((r = database_next(rows)) > 0)
		changes_put_tsv(tsv, rows);
	(void)sqlite3_reset(rows);
	return r;
}

/* A file for each day whose changes are new or more. */
static int render_days(struct documents *documents, int64_t directory)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *days = NULL, *rows = NULL;
	int r = database_prepare(
		database,
		"SELECT DISTINCT g.day FROM change c JOIN generation g ON g.id = c.gen"
		" WHERE c.gen >= ?1 ORDER BY 1",
		&days);

	if (r == 0)
		r = changes_select(
			database,
			"WHERE c.gen IN (SELECT id FROM generation WHERE day = ?1) ORDER BY c.seq",
			&rows);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(days, 1, documents->since);
	while ((r = database_next(days)) > 0) {
		const char *day = database_text(days, 0);
		_cleanup_buffer_ struct buffer tsv = {0};
		char name[DAY_TEXT_SIZE + sizeof(".tsv")];

		(void)snprintf(name, sizeof(name), "%.47s.tsv", day);
		(void)sqlite3_bind_text(rows, 1, day, -1, SQLITE_STATIC);
		r = collect(rows, &tsv);
		if (r == 0)
			r = document_put(documents, directory, name, &tsv);
		if (r < 0)
			break;
	}
	return r < 0 ? r : 0;
}

static int set_latest(sqlite3 *database, int64_t directory, int64_t generation)
{
	int r = database_executef(
		database,
		"CREATE TEMP TABLE latest AS SELECT %lld AS gen, %lld AS directory,"
		" max(g.day) || '.tsv' AS path FROM change c JOIN generation g ON g.id = c.gen",
		(long long)generation, (long long)directory);

	return r < 0 ? r : database_execute(database, embedded_latest);
}

/* all.tsv grows at its end; after a prune (since 0) it is made anew. */
static int render_whole(struct documents *documents, int64_t directory)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer tsv = {0};
	int r = changes_select(database, "WHERE c.gen >= ?1 ORDER BY c.seq", &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, documents->since);
	r = collect(rows, &tsv);
	if (r < 0 || tsv.length == 0)
		return r;
	return documents->since == 0 ? document_put(documents, directory, "all.tsv", &tsv)
				     : document_append(documents, directory, "all.tsv", &tsv);
}

int changes_render(struct documents *documents)
{
	int64_t directory;
	int r = document_directory(documents->database, "changes", &directory);

	if (r == 0)
		r = render_days(documents, directory);
	if (r == 0)
		r = render_whole(documents, directory);
	return r < 0 ? r : set_latest(documents->database, directory, documents->generation);
}
