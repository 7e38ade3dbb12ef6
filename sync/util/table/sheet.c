#include "util/table/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "util/memory.h"
#include "util/table/rows.h"
#include "util/text/text.h"

/* Headings stand among the first rows. */
#define HEADINGS_SEARCHED 50
/* A longer cell is no heading: folding takes time that grows with the square of a run of marks. */
#define HEADING_SIZE_MAX 200

static const char workbook_recipe[] = N_(
	"it is a workbook, not text: 'xlsx2csv FILE.xlsx FILE.csv', or 'soffice --headless --convert-to csv FILE', makes the table of its first sheet");

bool sheet_is_workbook(const void *bytes, size_t length)
{
	/* ZIP, as of .xlsx and .ods; and the compound file of .xls. */
	return length >= 4 &&
	       (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "\xd0\xcf\x11\xe0", 4) == 0);
}

static bool is_json(const struct buffer *text)
{
	size_t blanks = strspn(text->bytes, " \t\r\n");

	return text->bytes[blanks] == '{' || text->bytes[blanks] == '[';
}

int sheet_open(const void *bytes, size_t length, size_t limit, const struct sheet_form *form,
	       struct reason *reason, struct sheet **sheet)
{
	static const struct sheet_form unstated = {0};
	_cleanup_buffer_ struct buffer text = {0};
	_cleanup_sheet_ struct sheet *made = NULL;
	int r;

	if (!form)
		form = &unstated;
	if (sheet_is_workbook(bytes, length))
		return reason_refuse(reason, workbook_recipe);
	made = xmalloc(sizeof(*made));
	*made = (struct sheet){0};
	sheet_clear(made);
	r = sheet_decode(bytes, length, limit, form->encoding, reason, &text, made->encoding);
	if (r < 0)
		return r;
	r = is_json(&text) ? sheet_read_json(made, &text, form, reason)
			   : sheet_read_separated(made, &text, form, reason);
	if (r < 0)
		return r;
	if (made->row_count == 0)
		return reason_refuse(reason, "it is a table without any row");
	*sheet = steal_pointer(made);
	return 0;
}

void sheet_close(struct sheet *sheet)
{
	if (!sheet)
		return;
	sheet_release(sheet);
	free(sheet);
}

size_t sheet_rows(const struct sheet *sheet)
{
	return sheet->row_count;
}

size_t sheet_width(const struct sheet *sheet, size_t row)
{
	return row < sheet->row_count ? sheet->rows[row].width : 0;
}

size_t sheet_columns(const struct sheet *sheet)
{
	return sheet->columns;
}

const char *sheet_cell(const struct sheet *sheet, size_t row, size_t column)
{
	if (column >= sheet_width(sheet, row))
		return "";
	return sheet->text.bytes + sheet->cells[sheet->rows[row].first + column];
}

size_t sheet_line(const struct sheet *sheet, size_t row)
{
	return row < sheet->row_count ? sheet->rows[row].line : 0;
}

void sheet_place(const struct sheet *sheet, size_t row, char place[static SHEET_PLACE_SIZE])
{
	size_t line = sheet_line(sheet, row);

	if (sheet->items && line == 0)
		(void)snprintf(place, SHEET_PLACE_SIZE, "%s", _("the names of the members"));
	else
		(void)snprintf(place, SHEET_PLACE_SIZE,
			       sheet->items ? _("item %zu") : _("line %zu"), line);
}

static size_t count_filled(const struct sheet *sheet, size_t row)
{
	size_t filled = 0;

	for (size_t i = 0; i < sheet->rows[row].width; i++) {
		const char *cell = sheet_cell(sheet, row, i);

		filled += !sheet_is_blank(cell);
	}
	return filled;
}

size_t sheet_guess_headings(const struct sheet *sheet)
{
	size_t fullest = 0, row = 0;

	for (size_t i = 0; i < sheet->row_count && i < HEADINGS_SEARCHED; i++) {
		size_t filled = count_filled(sheet, i);

		if (filled > fullest)
			fullest = filled;
	}
	while (2 * count_filled(sheet, row) < fullest)
		row++;
	return row;
}

bool sheet_find(const struct sheet *sheet, size_t row, const char *name, size_t *column)
{
	_cleanup_free_ char *wanted = text_fold(name);

	for (size_t i = 0; i < sheet_width(sheet, row); i++) {
		const char *cell = sheet_cell(sheet, row, i);
		_cleanup_free_ char *folded = NULL;

		if (strnlen(cell, HEADING_SIZE_MAX + 1) > HEADING_SIZE_MAX)
			continue;
		folded = text_fold(cell);
		if (strcmp(folded, wanted) != 0)
			continue;
		*column = i;
		return true;
	}
	return false;
}

const char *sheet_encoding(const struct sheet *sheet)
{
	return sheet->encoding;
}

char sheet_delimiter(const struct sheet *sheet)
{
	return sheet->delimiter;
}
