#include "query/claims.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "store_limits.h"
#include "util/buffer.h"
#include "util/memory.h"
#include "util/table/sheet.h"
#include "util/text/text.h"

/* A line holds no such character, so each line of a list is one cell. */
#define NO_DELIMITER '\x1f'

/* Of so many rows with the same cells, nobody wrote the commas into names. */
#define TABLE_ROWS_MIN 3

void claims_add(struct claims *claims, size_t line, const char *text)
{
	claims->claims =
		xgrow(claims->claims, &claims->capacity, claims->count, 1, sizeof(*claims->claims));
	claims->claims[claims->count++] = (struct claim){.line = line, .text = text_trim(text)};
}

void claims_release(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		free(claims->claims[i].text);
	free(claims->claims);
	*claims = (struct claims){0};
}

static int read_all(int fd, struct reason *reason, struct buffer *bytes)
{
	char block[65536];
	ssize_t length;

	while ((length = read(fd, block, sizeof(block))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return reason_fail(reason, -errno, "%.400s: cannot read: %m",
					   reason->about);
		buffer_append(bytes, block, (size_t)length);
		if (bytes->length > LIMIT_PUBLICATION_SIZE)
			return reason_fail(reason, -EFBIG, "%.400s has more than %d MB",
					   reason->about, (int)(LIMIT_PUBLICATION_SIZE >> 20));
	}
	return 0;
}

/* The headings of a table, for a sentence. */
static void put_headings(struct buffer *names, const struct sheet *sheet, size_t row)
{
	for (size_t i = 0; i < sheet_width(sheet, row) && names->length < 300; i++) {
		_cleanup_free_ char *name = text_trim(sheet_cell(sheet, row, i));

		if (name[0] != '\0')
			buffer_printf(names, "%s%s", names->length > 0 ? ", " : "", name);
	}
	buffer_text(names, "");
}

static int read_column(const struct sheet *sheet, const char *name, struct reason *reason,
		       struct claims *claims)
{
	size_t headings = sheet_guess_headings(sheet), column, blank = 0;
	_cleanup_buffer_ struct buffer names = {0};

	if (!sheet_find(sheet, headings, name, &column)) {
		put_headings(&names, sheet, headings);
		return reason_fail(reason, -EINVAL, "%.400s has no column '%.100s'; there are %s",
				   reason->about, name, names.bytes);
	}
	for (size_t row = headings + 1; row < sheet_rows(sheet); row++) {
		_cleanup_free_ char *text = text_trim(sheet_cell(sheet, row, column));

		if (text[0] != '\0')
			claims_add(claims, sheet_line(sheet, row), text);
		else
			blank++;
	}
	if (blank > 0)
		log_warning(
			translate_counted(
				blank,
				"%s: %zu row has nothing in the column '%s' and was not checked",
				"%s: %zu rows have nothing in the column '%s' and were not checked"),
			reason->about, blank, name);
	return 0;
}

/* Whether all rows have as many cells, several. */
static bool is_table(const struct sheet *sheet)
{
	size_t width = sheet_width(sheet, 0);

	for (size_t row = 0; row < sheet_rows(sheet); row++)
		if (sheet_width(sheet, row) != width)
			return false;
	return width > 1 && (sheet_delimiter(sheet) != ',' || sheet_rows(sheet) >= TABLE_ROWS_MIN);
}

/* Nothing of a table would be found if its lines were taken for names. */
static int refuse_table(const struct buffer *bytes, struct reason *reason)
{
	_cleanup_buffer_ struct buffer names = {0};
	_cleanup_sheet_ struct sheet *sheet = NULL;
	struct reason none = {.about = ""};

	if (sheet_open(bytes->bytes, bytes->length, LIMIT_PUBLICATION_SIZE, NULL, &none, &sheet) <
		    0 ||
	    !is_table(sheet))
		return 0;
	put_headings(&names, sheet, sheet_guess_headings(sheet));
	return reason_fail(
		reason, -EINVAL,
		"%.400s is a table, not a number or a name a line; 'ismap-sync check --column' reads a column of it: %s",
		reason->about, names.bytes);
}

static void add_line(struct claims *claims, size_t line, const char *text)
{
	_cleanup_free_ char *claim = text_trim(text);
	char *remark = strstr(claim, " # ");

	if (claim[0] == '#' || claim[0] == '\0')
		return;
	if (remark)
		*remark = '\0';
	claims_add(claims, line, claim);
}

static int read_sheet(const struct buffer *bytes, const char *column, struct reason *reason,
		      struct claims *claims)
{
	static const struct sheet_form lines = {.delimiter = NO_DELIMITER, .unquoted = true};
	_cleanup_sheet_ struct sheet *sheet = NULL;
	int r = column ? 0 : refuse_table(bytes, reason);

	if (r == 0)
		r = sheet_open(bytes->bytes, bytes->length, LIMIT_PUBLICATION_SIZE,
			       column ? NULL : &lines, reason, &sheet);
	if (r < 0)
		return r;
	if (column)
		return read_column(sheet, column, reason, claims);
	for (size_t row = 0; row < sheet_rows(sheet); row++)
		add_line(claims, sheet_line(sheet, row), sheet_cell(sheet, row, 0));
	return 0;
}

int claims_read(int fd, const char *column, struct reason *reason, struct claims *claims)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = read_all(fd, reason, &bytes);

	if (r == 0 && bytes.length > 0)
		r = read_sheet(&bytes, column, reason, claims);
	if (r == 0 && claims->count == 0)
		return reason_fail(reason, -ENODATA, "%.400s names no service", reason->about);
	return r;
}
