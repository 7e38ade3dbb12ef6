/* show's answer for programs: what a service's directory holds. */
#include <errno.h>
#include <string.h>

#include "commands/query/show.h"
#include "common/embed.h"
#include "common/log.h"
#include "util/print.h"

EMBED(shown, "commands/query/shown.sql");

static int select_shown(const struct show *show, sqlite3_stmt **rows)
{
	int r = database_prepare(show->list->database, embedded_shown, rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*rows, 1, show->service->entity);
	(void)sqlite3_bind_int64(*rows, 2, show->generation);
	return 0;
}

/* A JSON array of the lines of a text. */
static void put_lines(struct buffer *json, const char *text)
{
	_cleanup_buffer_ struct buffer line = {0};

	buffer_text(json, "[");
	for (const char *rest = text; *rest != '\0';) {
		size_t length = strcspn(rest, "\n");

		buffer_clear(&line);
		buffer_append(&line, rest, length);
		buffer_text(json, rest == text ? "" : ", ");
		buffer_json_string(json, line.bytes ? line.bytes : "");
		rest += length + (rest[length] == '\n');
	}
	buffer_text(json, "]");
}

static void put_member(struct buffer *json, sqlite3_stmt *row)
{
	buffer_text(json, ", ");
	buffer_json_string(json, database_text(row, 0));
	buffer_text(json, ": ");
	if (sqlite3_column_int(row, 1) != 0)
		put_lines(json, database_text(row, 2));
	else
		buffer_json_string(json, database_text(row, 2));
}

static void put_tsv(struct buffer *tsv, sqlite3_stmt *row)
{
	buffer_tsv_field(tsv, database_text(row, 0));
	buffer_text(tsv, "\t");
	buffer_tsv_field(tsv, database_text(row, 2));
	buffer_text(tsv, "\n");
}

int show_print_rows(const struct show *show, enum format format)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer text = {0};
	int count = 0, r = select_shown(show, &rows);

	if (r < 0)
		return r;
	buffer_text(&text, format == FORMAT_TSV ? "" : "{\"registry\": ");
	if (format != FORMAT_TSV)
		buffer_json_string(&text, show->list->registry);
	while ((r = database_next(rows)) > 0) {
		if (format == FORMAT_TSV)
			put_tsv(&text, rows);
		else
			put_member(&text, rows);
		count++;
	}
	if (r < 0 || count == 0)
		return r;
	buffer_text(&text, format == FORMAT_TSV ? "" : "}\n");
	print_text(text.bytes, text.length);
	return 1;
}

/* Whether a field or a relation has that name. */
static int is_name(const struct show *show, const char *name)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(show->list->database,
				 "SELECT 1 FROM field WHERE name = ?1 UNION ALL"
				 " SELECT 1 FROM relation WHERE name = ?1 AND name <> '.'",
				 &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	return database_next(row);
}

int show_print_field(const struct show *show, const char *name)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = is_name(show, name);

	if (r == 0)
		return log_error_errno(-EINVAL, "the store knows no %s '%s'", _("field"), name);
	if (r > 0)
		r = select_shown(show, &rows);
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *text = database_text(rows, 2);

		if (strcmp(database_text(rows, 0), name) != 0)
			continue;
		print_text(text, strlen(text));
		print_text("\n", text[0] != '\0');
		return 1;
	}
	return r;
}
