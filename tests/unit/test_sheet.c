/* The promises of sync/util/table/sheet.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "store_limits.h"
#include "util/buffer.h"
#include "util/table/sheet.h"

/* Opens a copy of the bytes that ends where the allocation ends. */
static int open_bytes(const void *bytes, size_t length, const struct sheet_form *form,
		      struct reason *reason, struct sheet **sheet)
{
	unsigned char *copy = malloc(length > 0 ? length : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	*sheet = NULL;
	*reason = (struct reason){.about = "test"};
	r = sheet_open(copy, length, LIMIT_PUBLICATION_SIZE, form, reason, sheet);
	free(copy);
	return r;
}

/* All cells: those of a row with | between them, the rows with a newline behind them. */
static void reads_bytes(const void *bytes, size_t length, const struct sheet_form *form,
			const char *expected)
{
	_cleanup_sheet_ struct sheet *sheet = NULL;
	_cleanup_buffer_ struct buffer text = {0};
	struct reason reason;

	if (open_bytes(bytes, length, form, &reason, &sheet) < 0)
		fail_msg("%s", reason.sentence);
	for (size_t row = 0; row < sheet_rows(sheet); row++)
		for (size_t i = 0; i < sheet_width(sheet, row); i++)
			buffer_printf(&text, "%s%s", sheet_cell(sheet, row, i),
				      i + 1 < sheet_width(sheet, row) ? "|" : "\n");
	assert_string_equal(text.bytes, expected);
}

static void reads(const char *bytes, const char *expected)
{
	reads_bytes(bytes, strlen(bytes), NULL, expected);
}

static void refused_bytes(const void *bytes, size_t length, const char *words)
{
	_cleanup_sheet_ struct sheet *sheet = NULL;
	struct reason reason;

	assert_int_equal(open_bytes(bytes, length, NULL, &reason, &sheet), -EBADMSG);
	assert_null(sheet);
	if (!strstr(reason.sentence, words))
		fail_msg("'%s' lacks '%s'", reason.sentence, words);
}

static void refused(const char *bytes, const char *words)
{
	refused_bytes(bytes, strlen(bytes), words);
}

static void separators_are_found(void **state)
{
	(void)state;
	reads("a,b\n1,2\n", "a|b\n1|2\n");
	reads("a;b\n1,5;2,5\n", "a|b\n1,5|2,5\n");
	reads("a\tb\nx, y;\tz\n", "a|b\nx, y;|z\n");
	reads("A title, of 2026\n\na;b;c\n1;2,5;3\n4;5;6\n",
	      "A title, of 2026\na|b|c\n1|2,5|3\n4|5|6\n");
	reads("only\none\n", "only\none\n");
	reads("sep=;\na;b,c\n", "a|b,c\n");
}

static void a_separator_that_is_stated_is_taken(void **state)
{
	struct sheet_form form = {.delimiter = ';'};

	(void)state;
	reads_bytes("a,b\n1,2\n", 8, &form, "a,b\n1,2\n");
	form = (struct sheet_form){.delimiter = '\t', .unquoted = true};
	reads_bytes("\"a\" b\tc\n", 8, &form, "\"a\" b|c\n");
}

static void lines_end_in_any_way(void **state)
{
	(void)state;
	reads("a,b\r\n1,2\r\n", "a|b\n1|2\n");
	reads("a,b\r1,2\r", "a|b\n1|2\n");
	reads("a,b\n1,2", "a|b\n1|2\n");
	reads("\n\na,b\r\n , \r\n,\r\n1,\r\n", "a|b\n1|\n");
}

static void quotes_hold_anything(void **state)
{
	(void)state;
	reads("a,b\n\"x, y\",\"1\n2\"\n", "a|b\nx, y|1\n2\n");
	reads("a,b\n\"say \"\"so\"\"\",\"\"\n", "a|b\nsay \"so\"|\n");
	reads("a,b\n\"x\"  ,y\"z\n", "a|b\nx|y\"z\n");
	reads("a,b\r\n\"1\r\n2\",x\r\n", "a|b\n1\r\n2|x\n");
}

static void bad_quotes_are_named_with_their_line(void **state)
{
	(void)state;
	refused("a,b\r\n\"x\ny\",2\r\n\"z,1\r\n2,3\r\n", "line 4: a cell begins");
	refused("a,b\n\"He said \"yes\"\",2\n", "line 2: a cell goes on");
}

static void rows_know_their_lines(void **state)
{
	static const char text[] = "a,b\r\n\r\n\"1\r\n2\",x\r\n3,4\r\n";
	_cleanup_sheet_ struct sheet *sheet = NULL;
	char place[SHEET_PLACE_SIZE];
	struct reason reason;

	(void)state;
	assert_int_equal(open_bytes(text, strlen(text), NULL, &reason, &sheet), 0);
	sheet_place(sheet, 1, place);
	assert_string_equal(place, "line 3");
	sheet_place(sheet, 2, place);
	assert_string_equal(place, "line 5");
}

static void encodings_are_found(void **state)
{
	static const unsigned char cp932[] = "\x94\xd4\x8d\x86,\x96\xbc\n1,\x83\x5c\n";
	static const unsigned char little[] = "\xff\xfe"
					      "a\0,\0\x3a\x4e\n\0001\0,\0\x3d\xd8\x00\xde\n\0";
	static const unsigned char big[] = "\0a\0,\0b\0\n\0001\0,\0002\0\n";
	struct sheet_form form = {.encoding = "windows-1252"};

	(void)state;
	reads("\xef\xbb\xbf"
	      "a,b\n1,2\n",
	      "a|b\n1|2\n");
	reads_bytes(cp932, sizeof(cp932) - 1, NULL, "番号|名\n1|ソ\n");
	reads_bytes(little, sizeof(little) - 1, NULL, "a|为\n1|😀\n");
	reads_bytes(big, sizeof(big) - 1, NULL, "a|b\n1|2\n");
	reads_bytes("a;\xe9t\xe9\n", 6, &form, "a|été\n");
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	refused_bytes("a,b\n1,\0\n", 8, "NUL");
	refused_bytes("\xff\xfe"
		      "a\0\0\xd8\n\0",
		      8, "line 1: a character is not in the encoding UTF-16LE");
	refused("a,b\n\n\xfd\xff,1\n", "line 3: it is in none of");
	refused("PK\3\4....", "xlsx2csv");
	refused("\xd0\xcf\x11\xe0....", "soffice");
	refused("", "without any row");
	refused(" ,\n,,\n", "without any row");
}

static void json_is_rows(void **state)
{
	(void)state;
	reads("[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\",\"c\":true}]", "a|b|c\n1|x|\n|y|true\n");
	reads("{\"data\":[{\"a\":{\"b\":1.5,\"c\":null}}],\"n\":3}", "a.b|a.c\n1.5|\n");
	reads("[[\"a\",\"b\"],[1,null],[\"x\",\"y\",\"z\"]]", "a|b|\n1||\nx|y|z\n");
	reads("{\"a\":1}\n\n{\"a\":2,\"b\":[\"x\",\"y\"]}\n", "a|b\n1|\n2|x\ny\n");
	reads("{\"a\":1}\n", "a\n1\n");
}

static void json_rows_are_where_the_path_leads(void **state)
{
	static const char text[] =
		"{\"x\":{\"rows\":[{\"a\":1}]},\"y\":[{\"b\":1}],\"z\":[{\"c\":1}]}";
	struct sheet_form form = {.rows = "x.rows"};

	(void)state;
	reads_bytes(text, strlen(text), &form, "a\n1\n");
	refused(text, "rows can't be told");
}

static void odd_json_is_refused(void **state)
{
	(void)state;
	refused("[{\"a\":1},[2]]", "item 2");
	refused("[1,2]", "item 1");
	refused("{\"a\":1}\n{\"a\":\n", "line 2");
	refused("[{\"a.b\":1,\"a\":{\"b\":2}}]", "item 1 states one member twice");
	refused("[{\"a\":12345678901234567890}]", "item 1: a number is too large");
	refused("[{\"a\":[[1]]}]", "item 1: an array holds");
}

static void headings_are_found(void **state)
{
	static const char text[] = "List of 2026,,,\n,,,\nサービス 名,ＩＤ:,Status,Note\nx,1,ok,\n";
	_cleanup_sheet_ struct sheet *sheet = NULL;
	struct reason reason;
	size_t column, headings;

	(void)state;
	assert_int_equal(open_bytes(text, strlen(text), NULL, &reason, &sheet), 0);
	headings = sheet_guess_headings(sheet);
	assert_int_equal(headings, 1);
	assert_true(sheet_find(sheet, headings, "サービス名", &column));
	assert_int_equal(column, 0);
	assert_true(sheet_find(sheet, headings, "id", &column));
	assert_int_equal(column, 1);
	assert_false(sheet_find(sheet, headings, "provider", &column));
	assert_string_equal(sheet_cell(sheet, 2, 9), "");
	assert_string_equal(sheet_cell(sheet, 9, 0), "");
}

static void sizes_are_limited(void **state)
{
	_cleanup_buffer_ struct buffer text = {0};
	struct reason reason = {.about = "test"};
	struct sheet *sheet;

	(void)state;
	for (int i = 0; i < SHEET_COLUMNS_MAX; i++)
		buffer_text(&text, "x,");
	refused(text.bytes, "more than 16384 cells");
	assert_int_equal(sheet_open("a,b\n", 4, 3, NULL, &reason, &sheet), -EBADMSG);
	assert_int_equal(sheet_open("\xb1\xb1\n", 3, 6, NULL, &reason, &sheet), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(separators_are_found),
		cmocka_unit_test(a_separator_that_is_stated_is_taken),
		cmocka_unit_test(lines_end_in_any_way),
		cmocka_unit_test(quotes_hold_anything),
		cmocka_unit_test(bad_quotes_are_named_with_their_line),
		cmocka_unit_test(rows_know_their_lines),
		cmocka_unit_test(encodings_are_found),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(json_is_rows),
		cmocka_unit_test(json_rows_are_where_the_path_leads),
		cmocka_unit_test(odd_json_is_refused),
		cmocka_unit_test(headings_are_found),
		cmocka_unit_test(sizes_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
