/* The table of the services that are listed now. */
#include <stdbool.h>
#include <string.h>

#include "render/report/report.h"
#include "vocabulary.h"

#define FIELD_END (FIELD_VALID_UNTIL_BASIS + 1)

/* A row's values as HTML, by field: the next row is there before this one is complete. */
struct row {
	struct buffer number;
	struct buffer values[FIELD_END];
	bool stated[FIELD_END];
	bool derived; /* its last day of validity follows from a rule */
};

static void row_release(struct row *row)
{
	buffer_release(&row->number);
	for (int field = 0; field < FIELD_END; field++)
		buffer_release(&row->values[field]);
}

static void row_begin(struct row *row, const char *number)
{
	buffer_clear(&row->number);
	buffer_html(&row->number, number);
	for (int field = 0; field < FIELD_END; field++)
		row->stated[field] = false;
	row->derived = false;
}

static void row_set(struct row *row, int field, const char *text)
{
	if (field >= FIELD_END)
		return;
	row->stated[field] = true;
	row->derived =
		row->derived || (field == FIELD_VALID_UNTIL_BASIS && strcmp(text, "derived") == 0);
	buffer_clear(&row->values[field]);
	buffer_html(&row->values[field], text);
}

/* A value, or a dash where the source states none: that is not the same as an empty one. */
static void put_value(struct buffer *html, const struct row *row, int field)
{
	if (row->stated[field])
		buffer_append(html, row->values[field].bytes, row->values[field].length);
	else
		buffer_text(html, "–");
}

static bool has_english_name(const struct row *row)
{
	const struct buffer *name = &row->values[FIELD_NAME];
	const struct buffer *english = &row->values[FIELD_NAME_EN];

	return row->stated[FIELD_NAME_EN] && english->length > 0 &&
	       (!row->stated[FIELD_NAME] || name->length != english->length ||
		memcmp(name->bytes, english->bytes, name->length) != 0);
}

static void put_row(struct buffer *html, const struct row *row, bool with_expiry)
{
	static const enum field words[] = {FIELD_STATUS, FIELD_LEVEL, FIELD_REGISTERED_ON};

	buffer_text(html, "<tr><th scope=row>");
	buffer_append(html, row->number.bytes, row->number.length);
	buffer_text(html, "<td>");
	put_value(html, row, FIELD_NAME);
	if (has_english_name(row)) {
		buffer_text(html, " <small lang=en>");
		put_value(html, row, FIELD_NAME_EN);
		buffer_text(html, "</small>");
	}
	buffer_text(html, "<td>");
	put_value(html, row, FIELD_PROVIDER_NAME);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		buffer_text(html, "<td>");
		put_value(html, row, words[i]);
	}
	if (with_expiry) {
		buffer_text(html, "<td>");
		put_value(html, row, FIELD_VALID_UNTIL);
		buffer_text(html, row->derived ? "*" : "");
	}
	buffer_text(html, "\n");
}

int report_put_services(sqlite3 *database, bool with_expiry, struct buffer *html, int64_t *derived)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	__attribute__((cleanup(row_release))) struct row row = {.derived = false};
	_cleanup_buffer_ struct buffer number = {0};
	int r = database_prepare(database, "SELECT number, field, text FROM report_service", &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *name = database_text(rows, 0);

		if (!number.bytes || strcmp(number.bytes, name) != 0) {
			if (number.bytes)
				put_row(html, &row, with_expiry);
			*derived += row.derived;
			row_begin(&row, name);
			buffer_clear(&number);
			buffer_text(&number, name);
		}
		row_set(&row, sqlite3_column_int(rows, 1), database_text(rows, 2));
		r = 0;
	}
	if (r < 0)
		return r;
	if (number.bytes)
		put_row(html, &row, with_expiry);
	*derived += row.derived;
	return 0;
}
