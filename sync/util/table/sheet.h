/*
 * A sheet: rows of cells, as people's spreadsheets and programs export them. It knows
 * nothing of lists or registries. One thread.
 *
 * What is read: text with separators as RFC 4180 has it and as Excel writes it (comma,
 * semicolon or tab; lines that end in LF, CR LF or CR; cells between double quotes with
 * line ends and doubled quotes in them; a first line such as `sep=;`), a JSON array of
 * objects or arrays, and JSON lines. UTF-8, UTF-16 or, failing these, CP932. Cells are
 * always UTF-8 without NUL and stand as they were written, blanks included.
 *
 * Rows whose cells are all blank are left out. Of JSON objects, row 0 has the names of
 * all members, in the order in which they first come; those of objects in objects are
 * joined by a full stop, and an array of plain values is a cell of lines.
 */
#ifndef ISMAPFS_SHEET_H
#define ISMAPFS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "util/reason.h"
#include "util/table/form.h"

/* "line 4294967295", in any language. */
#define SHEET_PLACE_SIZE 64

struct sheet;

/*
 * Reads a sheet from bytes, which stay as they are, and of which it keeps nothing.
 * form may be NULL. limit bounds the decoded bytes. Returns 0; or -EBADMSG with a sentence
 * in reason, which names the line where there is one: a workbook, an encoding that it
 * isn't in, a quote that never ends. The caller closes the sheet.
 */
int sheet_open(const void *bytes, size_t length, size_t limit, const struct sheet_form *form,
	       struct reason *reason, struct sheet **sheet);

void sheet_close(struct sheet *sheet);

static inline void cleanup_sheet(struct sheet **sheet)
{
	sheet_close(*sheet);
}
#define _cleanup_sheet_ __attribute__((cleanup(cleanup_sheet)))

/* Whether bytes are an Excel or LibreOffice workbook. */
bool sheet_is_workbook(const void *bytes, size_t length);

size_t sheet_rows(const struct sheet *sheet);

/* The cells of a row; of the widest row. */
size_t sheet_width(const struct sheet *sheet, size_t row);
size_t sheet_columns(const struct sheet *sheet);

/* A cell; "" where the row has none. Lives as long as the sheet. */
const char *sheet_cell(const struct sheet *sheet, size_t row, size_t column);

/* The line, or the item, that a row begins at; the first is 1. */
size_t sheet_line(const struct sheet *sheet, size_t row);

/* Where a row begins, for messages: "line 7" of a text, "item 7" of a JSON array. */
void sheet_place(const struct sheet *sheet, size_t row, char place[static SHEET_PLACE_SIZE]);

/* The row that seems to hold the headings: the first one of the beginning that is filled at least
 * half as far as the fullest. */
size_t sheet_guess_headings(const struct sheet *sheet);

/* The first column whose cell in that row is called name, when both are folded (text_fold()). */
bool sheet_find(const struct sheet *sheet, size_t row, const char *name, size_t *column);

/* In which encoding it was read, as iconv names it; and what separates its cells, '\0' for JSON. */
const char *sheet_encoding(const struct sheet *sheet);
char sheet_delimiter(const struct sheet *sheet);

#endif
