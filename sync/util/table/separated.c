/* Text with separators: RFC 4180, and what Excel makes of it. */
#include <string.h>

#include "util/table/rows.h"

/* What tells the separator stands near the beginning. */
#define SAMPLE_ROWS 100
#define SAMPLE_SIZE ((size_t)1 << 20)

struct reading {
	struct sheet *sheet;
	struct reason *reason;
	const char *at, *end;
	size_t line; /* of at */
	char delimiter;
	bool unquoted;
	bool sample;	    /* ends in the middle of the text */
	struct buffer cell; /* one that had a doubled quote */
};

static bool is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

static bool ends_cell(const struct reading *reading)
{
	return reading->at == reading->end || *reading->at == reading->delimiter ||
	       is_line_end(*reading->at);
}

/* CR LF is one. */
static void count_line(struct reading *reading, const char *byte)
{
	if (*byte == '\n' || (*byte == '\r' && (byte + 1 == reading->end || byte[1] != '\n')))
		reading->line++;
}

static int read_plain(struct reading *reading)
{
	const char *begin = reading->at;

	while (!ends_cell(reading))
		reading->at++;
	return sheet_add(reading->sheet, begin, (size_t)(reading->at - begin), reading->reason);
}

/* A cell that begins with a quote, which at is behind. */
static int read_quoted(struct reading *reading)
{
	size_t line = reading->line;
	const char *begin = reading->at;

	buffer_clear(&reading->cell);
	for (;; reading->at++) {
		if (reading->at == reading->end) {
			if (reading->sample)
				return 0;
			return reason_refuse(
				reading->reason,
				"line %zu: a cell begins with a double quote, and no other one ends it",
				line);
		}
		count_line(reading, reading->at);
		if (*reading->at != '"')
			continue;
		buffer_append(&reading->cell, begin, (size_t)(reading->at - begin));
		begin = reading->at + 1;
		if (begin == reading->end || *begin != '"')
			break;
		reading->at++;
	}
	reading->at++;
	while (!ends_cell(reading) && *reading->at == ' ')
		reading->at++;
	if (!ends_cell(reading))
		return reason_refuse(
			reading->reason,
			"line %zu: a cell goes on behind its closing double quote; quotes within a cell are doubled",
			reading->line);
	return sheet_add(reading->sheet, reading->cell.bytes, reading->cell.length,
			 reading->reason);
}

static int read_row(struct reading *reading)
{
	size_t line = reading->line;
	int r;

	for (;;) {
		if (reading->at < reading->end && *reading->at == '"' && !reading->unquoted) {
			reading->at++;
			r = read_quoted(reading);
		} else {
			r = read_plain(reading);
		}
		if (r < 0)
			return r;
		if (reading->at == reading->end || is_line_end(*reading->at))
			break;
		reading->at++;
	}
	sheet_end_row(reading->sheet, line);
	if (reading->at == reading->end)
		return 0;
	if (*reading->at == '\r' && reading->at + 1 < reading->end && reading->at[1] == '\n')
		reading->at++;
	reading->at++;
	reading->line++;
	return 0;
}

static int read_rows(struct reading *reading, size_t rows_max)
{
	int r = 0;

	while (r == 0 && reading->at < reading->end && reading->sheet->row_count < rows_max)
		r = read_row(reading);
	return r;
}

/* How well a separator fits: the rows that have as many cells as most have, if these are several.
 */
static size_t judge(struct sheet *sheet, const struct reading *from, char delimiter, size_t *width)
{
	struct reading reading = *from;
	struct reason ignored = {.about = ""};
	size_t best = 0;

	sheet_clear(sheet);
	reading.sheet = sheet;
	reading.reason = &ignored;
	reading.delimiter = delimiter;
	reading.sample = true;
	if ((size_t)(reading.end - reading.at) > SAMPLE_SIZE)
		reading.end = reading.at + SAMPLE_SIZE;
	/* What can't be read by this one ends early, and fits less. */
	(void)read_rows(&reading, SAMPLE_ROWS);
	for (size_t i = 0; i < sheet->row_count; i++) {
		size_t same = 0, wide = sheet->rows[i].width;

		for (size_t k = 0; k < sheet->row_count; k++)
			same += sheet->rows[k].width == wide;
		if (wide > 1 && (same > best || (same == best && wide > *width))) {
			best = same;
			*width = wide;
		}
	}
	buffer_release(&reading.cell);
	return best;
}

static char find_delimiter(const struct reading *from)
{
	static const char delimiters[] = {',', ';', '\t'};
	size_t best = 0, best_width = 0;
	struct sheet sample = {0};
	char found = ',';

	for (size_t i = 0; i < sizeof(delimiters); i++) {
		size_t width = 0, fit = judge(&sample, from, delimiters[i], &width);

		if (fit < best || (fit == best && width <= best_width))
			continue;
		best = fit;
		best_width = width;
		found = delimiters[i];
	}
	sheet_release(&sample);
	return found;
}

/* Excel's own first line, which is none of the table's. */
static void skip_statement(struct reading *reading)
{
	static const char statement[] = "sep=";
	size_t length = sizeof(statement) - 1;

	if ((size_t)(reading->end - reading->at) < length + 2 ||
	    strncmp(reading->at, statement, length) != 0 || !is_line_end(reading->at[length + 1]))
		return;
	if (reading->delimiter == '\0')
		reading->delimiter = reading->at[length];
	reading->at += length + 1;
}

int sheet_read_separated(struct sheet *sheet, const struct buffer *text,
			 const struct sheet_form *form, struct reason *reason)
{
	struct reading reading = {
		.sheet = sheet,
		.reason = reason,
		.at = text->bytes,
		.end = text->bytes + text->length,
		.line = 1,
		.delimiter = form->delimiter,
		.unquoted = form->unquoted,
	};
	int r;

	skip_statement(&reading);
	if (reading.delimiter == '\0')
		reading.delimiter = find_delimiter(&reading);
	sheet->delimiter = reading.delimiter;
	r = read_rows(&reading, SIZE_MAX);
	buffer_release(&reading.cell);
	return r;
}
