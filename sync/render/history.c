/* history/: every value that a service or provider ever had, since when and until when. */
#include <stdio.h>

#include "render/render.h"
#include "common/timestamp.h"
#include "common/embed.h"

EMBED(history, "render/history.sql");

/* One line: since, until ("" for now), field, value. */
static void put_line(struct buffer *tsv, sqlite3_stmt *row)
{
	char since[TIMESTAMP_TEXT_SIZE], until[TIMESTAMP_TEXT_SIZE] = "";

	timestamp_format(sqlite3_column_int64(row, 0), since);
	if (sqlite3_column_type(row, 1) != SQLITE_NULL)
		timestamp_format(sqlite3_column_int64(row, 1), until);
	buffer_printf(tsv, "%s\t%s\t", since, until);
	buffer_tsv_field(tsv, database_text(row, 2));
	buffer_text(tsv, "\t");
	buffer_tsv_field(tsv, database_text(row, 3));
	buffer_text(tsv, "\n");
}

/* Renders the history of each entity of a kind that these generations may have changed. */
static int render_kind(struct documents *documents, enum kind kind, const char *directory_key)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *touched = NULL, *lines = NULL;
	_cleanup_buffer_ struct buffer tsv = {0};
	int64_t directory;
	int r = document_directory(database, directory_key, &directory);

	if (r < 0)
		return r;
	r = database_prepare(database,
			     "SELECT DISTINCT e.id, e.key FROM touch t CROSS JOIN entity e"
			     " ON e.id = t.entity WHERE t.gen >= ?1 AND e.kind = ?2 ORDER BY e.key",
			     &touched);
	if (r < 0)
		return r;
	r = database_prepare(database, embedded_history, &lines);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(touched, 1, documents->since);
	(void)sqlite3_bind_int(touched, 2, (int)kind);
	while ((r = database_next(touched)) > 0) {
		char name[256];

		(void)snprintf(name, sizeof(name), "%.250s.tsv", database_text(touched, 1));
		buffer_clear(&tsv);
		(void)sqlite3_bind_int64(lines, 1, sqlite3_column_int64(touched, 0));
		while ((r = database_next(lines)) > 0)
			put_line(&tsv, lines);
		(void)sqlite3_reset(lines);
		if (r < 0)
			return r;
		r = document_put(documents, directory, name, &tsv);
		if (r < 0)
			return r;
	}
	return r;
}

int history_render(struct documents *documents)
{
	int r = render_kind(documents, KIND_SERVICE, "history/services");

	return r < 0 ? r : render_kind(documents, KIND_PROVIDER, "history/providers");
}
