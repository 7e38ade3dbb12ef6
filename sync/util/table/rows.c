#include "util/table/rows.h"

#include <stdlib.h>
#include <string.h>

#include "util/memory.h"

bool sheet_is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

int sheet_add(struct sheet *sheet, const char *text, size_t length, struct reason *reason)
{
	if (sheet->cell_count - sheet->unfinished >= SHEET_COLUMNS_MAX)
		return reason_refuse(reason, "a row has more than %d cells", SHEET_COLUMNS_MAX);
	if (sheet->cell_count >= SHEET_CELLS_MAX)
		return reason_refuse(reason, "it has more than %zu cells", SHEET_CELLS_MAX);
	sheet->cells = xgrow(sheet->cells, &sheet->cell_capacity, sheet->cell_count, 1,
			     sizeof(*sheet->cells));
	sheet->cells[sheet->cell_count++] = length > 0 ? (uint32_t)sheet->text.length : 0;
	if (length == 0)
		return 0;
	buffer_append(&sheet->text, text, length);
	buffer_append(&sheet->text, "", 1);
	sheet->filled = sheet->filled ||
			!sheet_is_blank(sheet->text.bytes + sheet->text.length - length - 1);
	return 0;
}

void sheet_end_row(struct sheet *sheet, size_t line)
{
	size_t width = sheet->cell_count - sheet->unfinished;

	if (!sheet->filled) {
		sheet->cell_count = sheet->unfinished;
		return;
	}
	sheet->rows =
		xgrow(sheet->rows, &sheet->row_capacity, sheet->row_count, 1, sizeof(*sheet->rows));
	sheet->rows[sheet->row_count++] = (struct sheet_row){
		.first = (uint32_t)sheet->unfinished,
		.width = (uint32_t)width,
		.line = (uint32_t)line,
	};
	if (width > sheet->columns)
		sheet->columns = width;
	sheet->unfinished = sheet->cell_count;
	sheet->filled = false;
}

void sheet_clear(struct sheet *sheet)
{
	buffer_clear(&sheet->text);
	buffer_append(&sheet->text, "", 1);
	sheet->cell_count = sheet->row_count = sheet->columns = sheet->unfinished = 0;
	sheet->filled = false;
}

void sheet_release(struct sheet *sheet)
{
	buffer_release(&sheet->text);
	free(sheet->cells);
	free(sheet->rows);
}
