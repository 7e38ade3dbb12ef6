/* services.tsv, and tables/: the whole list in one file, for spreadsheets, jq and databases. */
#include <string.h>

#include "render/render.h"
#include "common/embed.h"

EMBED(controls, "render/controls.sql");
EMBED(controls_changed, "render/controls_changed.sql");
EMBED(declarations, "render/declarations.sql");
EMBED(services, "render/services.sql");

/* More columns than any table has: the fields of the vocabulary and a hundred of a source's own. */
#define COLUMNS_MAX 256

struct columns {
	int fields[COLUMNS_MAX];
	size_t count;
};

/*
 * Columns of a table in CSV: the fields that some listed entity of a collection
 * states, in the order of their ids. Their names go into the table's first line.
 */
static int read_columns(sqlite3 *database, int64_t directory, struct columns *columns,
			struct buffer *csv)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(
		database,
		"SELECT f.id, f.name FROM field f WHERE f.id IN (SELECT DISTINCT v.field"
		" FROM presence p CROSS JOIN value v INDEXED BY value_now"
		" ON v.entity = p.entity AND v.gen_to IS NULL"
		" WHERE p.parent = ?1 AND p.gen_to IS NULL) ORDER BY f.id",
		&rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, directory);
	while ((r = database_next(rows)) > 0 && columns->count < COLUMNS_MAX) {
		columns->fields[columns->count++] = sqlite3_column_int(rows, 0);
		buffer_text(csv, ",");
		buffer_csv_field(csv, database_text(rows, 1));
	}
	buffer_text(csv, "\r\n");
	return r < 0 ? r : 0;
}

/* One row: the name, then each column's value or nothing. Values come in the columns' order. */
static int put_row(struct buffer *csv, const struct columns *columns, sqlite3_stmt *values,
		   const char *name, int64_t entity)
{
	int r;

	buffer_csv_field(csv, name);
	(void)sqlite3_bind_int64(values, 1, entity);
	r = database_next(values);
	for (size_t i = 0; r >= 0 && i < columns->count; i++) {
		buffer_text(csv, ",");
		if (r == 0 || sqlite3_column_int(values, 0) != columns->fields[i])
			continue;
		buffer_csv_field(csv, database_text(values, 1));
		r = database_next(values);
	}
	buffer_text(csv, "\r\n");
	(void)sqlite3_reset(values);
	return r < 0 ? r : 0;
}

/* A collection; its first column is headed by the singular: service, provider. */
static int render_csv(struct documents *documents, const char *collection, struct buffer *csv)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *rows = NULL, *values = NULL;
	struct columns columns = {.count = 0};
	int64_t directory;
	int r = document_directory(database, collection, &directory);

	buffer_append(csv, collection, strlen(collection) - strlen("s"));
	if (r == 0)
		r = read_columns(database, directory, &columns, csv);
	if (r == 0)
		r = database_prepare(
			database,
			"SELECT entity, name FROM presence WHERE parent = ?1 AND gen_to IS NULL"
			" ORDER BY name",
			&rows);
	if (r == 0)
		r = database_prepare(
			database,
			"SELECT field, text FROM value WHERE entity = ?1 AND gen_to IS NULL"
			" ORDER BY field",
			&values);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, directory);
	while ((r = database_next(rows)) > 0) {
		r = put_row(csv, &columns, values, database_text(rows, 1),
			    sqlite3_column_int64(rows, 0));
		if (r < 0)
			return r;
	}
	return r;
}

/* Any query, its columns headed by their names. */
static int render_query(struct documents *documents, const char *sql, struct buffer *csv)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(documents->database, sql, &rows);
	int count;

	if (r < 0)
		return r;
	count = sqlite3_column_count(rows);
	for (int i = 0; i < count; i++)
		buffer_printf(csv, "%s%s", i > 0 ? "," : "", sqlite3_column_name(rows, i));
	buffer_text(csv, "\r\n");
	while ((r = database_next(rows)) > 0) {
		for (int i = 0; i < count; i++) {
			if (i > 0)
				buffer_text(csv, ",");
			buffer_csv_field(csv, database_text(rows, i));
		}
		buffer_text(csv, "\r\n");
	}
	return r;
}

/* All records of a directory, one line each, in the order of their names. */
static int render_lines(struct documents *documents, const char *directory_key,
			struct buffer *lines)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *chunks = NULL;
	int64_t directory;
	int r = document_directory(database, directory_key, &directory);

	if (r == 0)
		r = database_prepare(
			database,
			"SELECT c.bytes FROM document d JOIN chunk c ON c.document = d.id"
			" WHERE d.entity = ?1 ORDER BY d.name, c.seq",
			&chunks);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(chunks, 1, directory);
	while ((r = database_next(chunks)) > 0) {
		r = document_append_chunk(documents->unpacker, chunks, 0, lines);
		if (r < 0)
			return r;
	}
	return r;
}

static int render_services_tsv(struct documents *documents)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer tsv = {0};
	int r = database_prepare(documents->database, embedded_services, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		for (int column = 0; column < sqlite3_column_count(rows); column++) {
			if (column > 0)
				buffer_text(&tsv, "\t");
			buffer_tsv_field(&tsv, database_text(rows, column));
		}
		buffer_text(&tsv, "\n");
	}
	return r < 0 ? r : document_put(documents, ENTITY_ROOT, "services.tsv", &tsv);
}

/* Most generations change no control and no baseline; of those, the table stays. */
static int render_controls(struct documents *documents, int64_t directory)
{
	static const char name[] = "controls.csv";
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	_cleanup_buffer_ struct buffer csv = {0};
	int r = database_prepare(documents->database, embedded_controls_changed, &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, directory);
	(void)sqlite3_bind_text(row, 2, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(row, 3, documents->since);
	r = database_next(row);
	if (r <= 0)
		return r;
	r = render_query(documents, embedded_controls, &csv);
	return r < 0 ? r : document_put(documents, directory, name, &csv);
}

int tables_render(struct documents *documents)
{
	static const struct {
		const char *name;
		int (*render)(struct documents *documents, const char *what, struct buffer *bytes);
		const char *what;
	} tables[] = {
		{"declarations.csv", render_query, embedded_declarations},
		{"services.jsonl", render_lines, "records/services"},
		{"providers.jsonl", render_lines, "records/providers"},
		{"services.csv", render_csv, "services"},
		{"providers.csv", render_csv, "providers"},
	};
	int64_t directory;
	int r = document_directory(documents->database, "tables", &directory);

	if (r == 0)
		r = render_controls(documents, directory);
	for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++) {
		_cleanup_buffer_ struct buffer bytes = {0};

		r = tables[i].render(documents, tables[i].what, &bytes);
		if (r == 0)
			r = document_put(documents, directory, tables[i].name, &bytes);
	}
	return r < 0 ? r : render_services_tsv(documents);
}
