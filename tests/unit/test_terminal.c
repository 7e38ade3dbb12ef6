/* The promises of sync/terminal: widths, cuts, line breaks, times for people, formats. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/format.h"
#include "terminal/when.h"
#include "terminal/width.h"

#define ELLIPSIS "\xe2\x80\xa6"

static void a_wide_character_counts_as_two(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("Northwind"), 9);
	assert_int_equal(text_columns("クラウド"), 8);
	assert_int_equal(text_columns("ISMAP登録"), 9);
	assert_int_equal(text_columns("ﾊﾝｶｸ"), 4);
	assert_int_equal(text_columns("e\xcc\x81"), 1); /* a combining accent */
	assert_int_equal(text_columns("a → b …"), 7);
	assert_int_equal(text_columns("\xff"), 1);
	assert_int_equal(text_columns_of("クラウド", 6), 4);
}

static void check_cut(const char *text, int columns, const char *expected, int taken)
{
	_cleanup_buffer_ struct buffer cut = {0};

	assert_int_equal(text_cut(&cut, text, columns), taken);
	assert_string_equal(cut.bytes ? cut.bytes : "", expected);
	assert_int_equal(text_columns(expected), taken);
}

static void what_is_cut_says_so(void **state)
{
	(void)state;
	check_cut("Northwind", 9, "Northwind", 9);
	check_cut("Northwind", 8, "Northwi" ELLIPSIS, 8);
	check_cut("クラウド", 8, "クラウド", 8);
	check_cut("クラウド", 7, "クラウ" ELLIPSIS, 7);
	check_cut("クラウド", 6, "クラ" ELLIPSIS, 5); /* no half of a character */
	check_cut("クラウド", 1, ELLIPSIS, 1);
	check_cut("クラウド", 0, "", 0);
	check_cut("ae\xcc\x81", 2, "ae\xcc\x81", 2);
	check_cut("", 5, "", 0);
}

static void check_lines(const char *text, int columns, const char *expected)
{
	_cleanup_buffer_ struct buffer lines = {0};

	while (*text != '\0') {
		size_t length = text_line_length_forced(text, columns);

		assert_true(length > 0);
		assert_true(text_columns_of(text, length) <= columns || columns < 2);
		buffer_append(&lines, text, length);
		text += length;
		text += strspn(text, " ");
		buffer_text(&lines, "|");
	}
	assert_string_equal(lines.bytes ? lines.bytes : "", expected);
}

static void lines_end_between_words(void **state)
{
	(void)state;
	check_lines("certified under a plan", 12, "certified|under a plan|");
	check_lines("certified under a plan", 80, "certified under a plan|");
	check_lines("certified", 4, "cert|ifie|d|");
	check_lines("a certified", 9, "a|certified|");
	assert_int_equal(text_line_length("certified", 4), 0);
	assert_int_equal(text_line_length("", 4), 0);
}

/* Between any two characters of Japanese, but for those that cling to their neighbour. */
static void lines_of_japanese_end_anywhere_but_before_a_full_stop(void **state)
{
	(void)state;
	check_lines("一覧にありません。", 8, "一覧にあ|りませ|ん。|");
	check_lines("一覧に掲載。次", 10, "一覧に掲|載。次|");
	check_lines("一覧（この写し）", 6, "一覧|（この|写し）|");
	check_lines("サービスです", 4, "サー|ビス|です|");
	check_lines("クラウドサーバー", 14, "クラウドサー|バー|");
	check_lines("あっと", 4, "あっ|と|");
	check_lines("2026-11-24時点です", 12, "2026-11-24時|点です|");
	check_lines("期限2026-10-31を過ぎた", 10, "期限|2026-10-31|を過ぎた|");
	check_lines("あ", 1, "あ|");
}

static void check_relative(int64_t instant, const char *expected)
{
	char text[WHEN_TEXT_SIZE];

	when_relative(INT64_C(1800000000000) + instant, INT64_C(1800000000000), text);
	assert_string_equal(text, expected);
}

static void times_before_and_after_now(void **state)
{
	const int64_t minute = 60000, hour = 60 * minute, day = 24 * hour;

	(void)state;
	check_relative(0, "just now");
	check_relative(-minute + 1, "just now");
	check_relative(-minute, "1 minute ago");
	check_relative(-hour + 1, "59 minutes ago");
	check_relative(-hour, "1 hour ago");
	check_relative(-3 * hour, "3 hours ago");
	check_relative(-2 * day + 1, "47 hours ago");
	check_relative(-2 * day, "2 days ago");
	check_relative(-190 * day, "190 days ago");
	check_relative(1, "in a moment");
	check_relative(minute, "in 1 minute");
	check_relative(5 * hour, "in 5 hours");
	check_relative(9 * day, "in 9 days");
}

static void check_local(const char *zone, int64_t now, const char *expected)
{
	char text[WHEN_TEXT_SIZE];

	/* 2026-08-17T10:40:30Z */
	when_local(zone, INT64_C(1786963230000), now, text);
	assert_string_equal(text, expected);
}

static void times_of_the_registry(void **state)
{
	(void)state;
	check_local("America/New_York", 0, "2026-08-17 06:40 EDT");
	check_local("Asia/Tokyo", 0, "2026-08-17 19:40 JST");
	check_local("UTC", 0, "2026-08-17 10:40 UTC");
	check_local("+05:30", 0, "2026-08-17 16:10 +05:30");
	/* Until midnight there it is the same day. */
	check_local("America/New_York", INT64_C(1787025599000), "today 06:40 EDT");
	check_local("America/New_York", INT64_C(1787025600000), "2026-08-17 06:40 EDT");
}

static void formats_have_names(void **state)
{
	_cleanup_buffer_ struct buffer names = {0};
	enum format format;

	(void)state;
	assert_int_equal(format_parse("jsonl", FORMATS_OF_TABLES, &format), 0);
	assert_int_equal(format, FORMAT_JSONL);
	assert_int_equal(format_parse("table", FORMATS_OF_TABLES, &format), 0);
	assert_int_equal(format, FORMAT_TABLE);
	assert_int_equal(format_parse("atom", FORMATS_OF_TABLES, &format), -EINVAL);
	assert_int_equal(format_parse("", FORMATS_OF_TABLES, &format), -EINVAL);
	assert_int_equal(format_parse("Table", FORMATS_OF_TABLES, &format), -EINVAL);
	assert_int_equal(format_parse("ics", FORMAT_SET(FORMAT_ICS), &format), 0);
	assert_int_equal(format, FORMAT_ICS);
	format_put_names(&names, FORMATS_OF_TABLES | FORMAT_SET(FORMAT_ATOM));
	assert_string_equal(names.bytes, "table, tsv, json, jsonl, atom");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_character_counts_as_two),
		cmocka_unit_test(what_is_cut_says_so),
		cmocka_unit_test(lines_end_between_words),
		cmocka_unit_test(lines_of_japanese_end_anywhere_but_before_a_full_stop),
		cmocka_unit_test(times_before_and_after_now),
		cmocka_unit_test(times_of_the_registry),
		cmocka_unit_test(formats_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
