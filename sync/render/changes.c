#include "render/changes.h"

#include "render/render.h"
#include "common/timestamp.h"
#include "common/embed.h"
#include "util/memory.h"

EMBED(changes, "render/changes.sql");
EMBED(latest, "render/latest.sql");

static const char *const column_names[] = {"sequence", "time", "kind", "service",
					   "field",    "old",  "new"};

int changes_select(sqlite3 *database, const char *rest, sqlite3_stmt **rows)
{
	_cleanup_free_ char *sql = xasprintf("%s%s", embedded_changes, rest);

	return database_prepare(database, sql, rows);
}

void changes_put_tsv(struct buffer *buffer, sqlite3_stmt *row)
{
	char time[TIMESTAMP_TEXT_SIZE];

	timestamp_format(sqlite3_column_int64(row, 1), time);
	buffer_printf(buffer, "%lld\t%s", (long long)sqlite3_column_int64(row, 0), time);
	for (int column = 2; column < 7; column++) {
		buffer_text(buffer, "\t");
		buffer_tsv_field(buffer, database_text(row, column));
	}
	buffer_text(buffer, "\n");
}

void changes_put_json(struct buffer *buffer, sqlite3_stmt *row)
{
	char time[TIMESTAMP_TEXT_SIZE];

	timestamp_format(sqlite3_column_int64(row, 1), time);
	buffer_printf(buffer, "{\"sequence\":%lld,\"time\":\"%s\"",
		      (long long)sqlite3_column_int64(row, 0), time);
	for (int column = 2; column < 7; column++) {
		buffer_printf(buffer, ",\"%s\":", column_names[column]);
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
