/* A table of anybody's: what is read of it is text, and reads the same once it is written anew. The
 * first byte chooses how it is said to be written. */
#include "common/cleanup.h"
#include "fuzz.h"
#include "store_limits.h"
#include "util/buffer.h"
#include "util/table/sheet.h"
#include "util/text/text.h"

static void check_cells(const struct sheet *sheet)
{
	char place[SHEET_PLACE_SIZE];
	size_t column;

	promise(sheet_rows(sheet) > 0 && sheet_guess_headings(sheet) < sheet_rows(sheet));
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		promise(sheet_width(sheet, row) <= sheet_columns(sheet));
		sheet_place(sheet, row, place);
		for (size_t i = 0; i < sheet_width(sheet, row); i++) {
			const char *cell = sheet_cell(sheet, row, i);

			promise(text_is_utf8((const unsigned char *)cell, strlen(cell)));
		}
	}
	(void)sheet_find(sheet, 0, sheet_cell(sheet, 0, 0), &column);
}

static void write_anew(const struct sheet *sheet, struct buffer *text)
{
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		for (size_t i = 0; i < sheet_width(sheet, row); i++) {
			buffer_text(text, i > 0 ? ",\"" : "\"");
			for (const char *cell = sheet_cell(sheet, row, i); *cell != '\0'; cell++)
				buffer_append(text, *cell == '"' ? "\"\"" : cell,
					      *cell == '"' ? 2 : 1);
			buffer_text(text, "\"");
		}
		buffer_text(text, "\r\n");
	}
}

static void check_same(const struct sheet *sheet)
{
	static const struct sheet_form form = {.delimiter = ','};
	_cleanup_buffer_ struct buffer text = {0};
	_cleanup_sheet_ struct sheet *again = NULL;
	struct reason reason = {.about = "fuzz"};

	write_anew(sheet, &text);
	promise(sheet_open(text.bytes, text.length, LIMIT_PUBLICATION_SIZE, &form, &reason,
			   &again) == 0);
	promise(sheet_rows(again) == sheet_rows(sheet));
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		promise(sheet_width(again, row) == sheet_width(sheet, row));
		for (size_t i = 0; i < sheet_width(sheet, row); i++)
			promise(strcmp(sheet_cell(again, row, i), sheet_cell(sheet, row, i)) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sheet_form forms[] = {
		{0},
		{.delimiter = ';'},
		{.delimiter = '\t', .unquoted = true},
		{.encoding = "CP932"},
		{.encoding = "windows-1252"},
		{.rows = "a.b"},
	};
	_cleanup_sheet_ struct sheet *sheet = NULL;
	struct reason reason = {.about = "fuzz"};
	const struct sheet_form *form;

	if (size == 0)
		return 0;
	form = &forms[data[0] % (sizeof(forms) / sizeof(forms[0]))];
	if (sheet_open(data + 1, size - 1, LIMIT_PUBLICATION_SIZE, form, &reason, &sheet) < 0) {
		promise(reason.refused && reason.sentence[0] != '\0');
		return 0;
	}
	check_cells(sheet);
	check_same(sheet);
	return 0;
}
