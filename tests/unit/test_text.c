/* The promises of sync/text.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "text.h"
#include "store.h"

#define FFFD "\xef\xbf\xbd"

typedef int conversion(const char *in, char **out);

static void check_conversion(conversion *convert, const char *in, const char *expected)
{
	char *out = NULL;

	assert_int_equal(convert(in, &out), 0);
	assert_non_null(out);
	assert_string_equal(out, expected);
	assert_true(text_is_utf8((const unsigned char *)out, strlen(out)));
	free(out);
}

static void check_refusal(conversion *convert, const char *in)
{
	char *out = NULL;

	assert_int_equal(convert(in, &out), -EINVAL);
	assert_null(out);
}

static int name_without_reserve(const char *in, char **out)
{
	return text_name(in, 0, out);
}

static bool is_utf8(const char *text)
{
	return text_is_utf8((const unsigned char *)text, strlen(text));
}

static void utf8_of_every_length_is_accepted(void **state)
{
	(void)state;
	assert_true(text_is_utf8(NULL, 0));
	assert_true(is_utf8("plain ASCII, long enough for a word or two"));
	assert_true(is_utf8("\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xef\xbf\xbf \xf0\x90\x80\x80"));
	assert_true(is_utf8("\xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80"));
	assert_true(text_is_utf8((const unsigned char *)"a\0b", 3));
}

static void utf8_that_is_not_strict_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xfe",
		"\xff",
		"\xc3",
		"\xe3\x81",
		"\xf0\x9f\x98",
		"\xc3\x28",
		"\xe3\x28\x81",
		"\xe3\x81\x28",
		"\xf0\x9f\x98\x28",
		"\xf0\x9f\x28\x80",
		"seven ascii bytes, \x80",
		"\xe3\x81\x82\xe3\x81\x82\xe3\x81",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(is_utf8(bad[i]));
}

/* Each code point, encoded by the rules and not by the code under test. */
static void utf8_agrees_on_every_code_point(void **state)
{
	(void)state;
	for (uint32_t point = 0x80; point < 0x120000; point++) {
		unsigned char bytes[4];
		size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
		uint32_t rest = point;

		for (size_t i = length - 1; i > 0; i--, rest >>= 6)
			bytes[i] = (unsigned char)(0x80 | (rest & 0x3f));
		bytes[0] = (unsigned char)((0xf00 >> length & 0xff) | rest);
		assert_int_equal(text_is_utf8(bytes, length),
				 point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
		assert_false(text_is_utf8(bytes, length - 1));
	}
}

static double milliseconds_for(const unsigned char *text, size_t length)
{
	struct timespec begin, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_true(text_is_utf8(text, length));
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - begin.tv_sec) * 1e3 +
	       (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
}

/* The limit is loose: sanitizers and busy machines. The measured times are printed. */
static void utf8_of_a_publication_is_quick(void **state)
{
	static unsigned char ascii[4 << 20], japanese[4 << 20];
	double ascii_time, japanese_time;

	(void)state;
	memset(ascii, 'a', sizeof(ascii));
	memset(japanese, 'a', sizeof(japanese));
	for (size_t i = 0; i + 3 <= sizeof(japanese); i += 3)
		memcpy(japanese + i, "\xe3\x81\x82", 3);
	ascii_time = milliseconds_for(ascii, sizeof(ascii));
	japanese_time = milliseconds_for(japanese, sizeof(japanese));
	print_message("4 MiB of ASCII: %.2f ms, of kana: %.2f ms\n", ascii_time, japanese_time);
	assert_true(ascii_time < 1000 && japanese_time < 3000);
}

static void line_turns_breaks_into_one_space(void **state)
{
	(void)state;
	check_conversion(text_line, "", "");
	check_conversion(text_line, "a\r\n\tb", "a b");
	check_conversion(text_line, "a\xe2\x80\xa8\xe2\x80\xa9\nb\tc", "a b c");
	check_conversion(text_line, "a \n b", "a   b");
}

static void line_keeps_spaces_as_published(void **state)
{
	(void)state;
	check_conversion(text_line, "  a  b ", "  a  b ");
	check_conversion(text_line,
			 "\xe3\x80\x80"
			 "a\xc2\xa0",
			 "\xe3\x80\x80"
			 "a\xc2\xa0");
}

static void line_replaces_control_characters(void **state)
{
	(void)state;
	check_conversion(text_line, "\x1b[31m", FFFD "[31m");
	check_conversion(text_line, "\x01\x7f\x0b", FFFD FFFD FFFD);
	check_conversion(text_line,
			 "a\xc2\x85\xc2\x9b"
			 "b",
			 "a" FFFD FFFD "b");
}

static void invalid_bytes_are_replaced(void **state)
{
	(void)state;
	check_conversion(text_line,
			 "a\xff"
			 "b",
			 "a" FFFD "b");
	check_conversion(text_block, "\xe3\x81", FFFD FFFD);
	check_conversion(text_trim, "\xf0\x9f\x98", FFFD FFFD FFFD);
	check_conversion(name_without_reserve,
			 "a\xc0\xaf"
			 "b",
			 "a" FFFD FFFD "b");
	check_conversion(text_slug,
			 "a\xff"
			 "b",
			 "a-b");
}

static void block_has_line_feeds_only(void **state)
{
	(void)state;
	check_conversion(text_block, "a\r\nb\rc\nd", "a\nb\nc\nd");
	check_conversion(text_block, "a\r\r\nb", "a\n\nb");
	check_conversion(text_block,
			 "a\xe2\x80\xa8"
			 "b\xe2\x80\xa9"
			 "c",
			 "a\nb\nc");
}

static void block_drops_newlines_at_the_end_only(void **state)
{
	(void)state;
	check_conversion(text_block, "\n\na\n\nb\r\n\r\n", "\n\na\n\nb");
	check_conversion(text_block, "\n\r\n", "");
}

static void block_keeps_tabs_and_replaces_other_controls(void **state)
{
	(void)state;
	check_conversion(text_block, "\ta\x1b[0m\xc2\x9b\x7f", "\ta" FFFD "[0m" FFFD FFFD);
}

static void trim_collapses_unicode_space(void **state)
{
	(void)state;
	check_conversion(text_trim, " \t\r\n a \xe3\x80\x80\xc2\xa0 b\xe2\x80\x83", "a b");
	check_conversion(text_trim, " \xe3\x80\x80 ", "");
	check_conversion(text_trim,
			 "a\x1b"
			 "b",
			 "a" FFFD "b");
}

static void trim_drops_zero_width_at_the_ends_only(void **state)
{
	(void)state;
	check_conversion(text_trim,
			 "\xef\xbb\xbf \xe2\x80\x8b"
			 "a\xe2\x80\x8b"
			 "b \xe2\x80\x8b ",
			 "a\xe2\x80\x8b"
			 "b");
	check_conversion(text_trim, "\xef\xbb\xbf", "");
}

static void name_is_nfc(void **state)
{
	(void)state;
	check_conversion(name_without_reserve, "Cafe\xcc\x81", "Caf\xc3\xa9");
	/* か + voiced mark, as some systems save it */
	check_conversion(name_without_reserve, "\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c");
}

static void name_has_no_slash_control_or_bidi(void **state)
{
	(void)state;
	check_conversion(name_without_reserve, "a/b//c", "a-b--c");
	check_conversion(name_without_reserve,
			 "a\x01\x1b\x7f\xc2\x9b"
			 "b",
			 "ab");
	check_conversion(name_without_reserve,
			 "a\xe2\x80\xae"
			 "b\xe2\x81\xa6"
			 "c\xe2\x80\x8f\xe2\x80\x8e\xd8\x9c"
			 "d\xef\xbb\xbf\xe2\x80\x8b",
			 "abcd");
}

static void name_keeps_case_and_collapses_space(void **state)
{
	(void)state;
	check_conversion(name_without_reserve, "  AWS \n\t Cloud\xe3\x80\x80 ", "AWS Cloud");
}

static void name_has_neither_dash_nor_dot_in_front(void **state)
{
	(void)state;
	check_conversion(name_without_reserve, "-rf", "rf");
	check_conversion(name_without_reserve, ". . -/- ..a-b.c.", "a-b.c.");
	check_conversion(name_without_reserve, "../../etc/passwd", "etc-passwd");
	check_conversion(name_without_reserve, "\xe2\x80\xae.\xe2\x80\xae.hidden", "hidden");
}

static void name_of_nothing_is_refused(void **state)
{
	static const char *const nothing[] = {"",    " ", ".",	      "..",
					      "---", "/", "\x01\x02", "\xe2\x80\x8b"};
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		check_refusal(name_without_reserve, nothing[i]);
	assert_int_equal(text_name("a", STORE_NAME_MAX, &out), -EINVAL);
	assert_int_equal(text_name("a", SIZE_MAX, &out), -EINVAL);
	assert_int_equal(text_name("a", STORE_NAME_MAX - 1, &out), 0);
	free(out);
}

static void name_is_cut_at_a_code_point(void **state)
{
	char long_name[3 * 200 + 1];
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		memcpy(long_name + 3 * i, "\xe3\x81\x82", 3);
	long_name[600] = '\0';
	assert_int_equal(text_name(long_name, 0, &out), 0);
	assert_int_equal(strlen(out), 255);
	free(out);
	assert_int_equal(text_name(long_name, 13, &out), 0);
	assert_int_equal(strlen(out), 240);
	assert_true(is_utf8(out));
	free(out);
}

static void name_cut_behind_a_space_loses_the_space(void **state)
{
	char *out = NULL;

	(void)state;
	assert_int_equal(text_name("abc def", STORE_NAME_MAX - 4, &out), 0);
	assert_string_equal(out, "abc");
	free(out);
}

/* A megabyte of marks in the worst order would take minutes to normalize. */
static void name_of_endless_marks_takes_no_time(void **state)
{
	const size_t count = 500000;
	char *marks = malloc(2 * count + 2);
	char *out = NULL;

	(void)state;
	assert_non_null(marks);
	marks[0] = 'a';
	for (size_t i = 0; i < count; i++)
		memcpy(marks + 1 + 2 * i, i % 2 ? "\xcc\x96" : "\xcc\x81", 2);
	marks[2 * count + 1] = '\0';
	assert_int_equal(text_name(marks, 0, &out), 0);
	assert_in_range(strlen(out), 250, 255);
	free(out);
	assert_int_equal(text_slug(marks, &out), 0);
	free(out);
	free(marks);
}

static void name_of_a_name_is_the_same(void **state)
{
	static const char *const names[] = {" -a/ b\xe3\x80\x80 c ", "e\xcc\x81\xcc\xa3", "A.B-C "};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *once = NULL;

		assert_int_equal(text_name(names[i], 0, &once), 0);
		check_conversion(name_without_reserve, once, once);
		free(once);
	}
}

static void slug_is_lower_case_with_single_dashes(void **state)
{
	(void)state;
	check_conversion(text_slug, "Amazon Web Services, Inc.", "amazon-web-services-inc");
	check_conversion(text_slug, "--A__B--", "a-b");
	check_conversion(text_slug, "../etc", "etc");
	check_conversion(text_slug,
			 "\xc3\x89"
			 "COLE",
			 "\xc3\xa9"
			 "cole");
	check_conversion(text_slug,
			 "E\xcc\x81"
			 "cole",
			 "\xc3\xa9"
			 "cole");
}

static void slug_keeps_any_script(void **state)
{
	(void)state;
	check_conversion(text_slug,
			 "\xe6\xa0\xaa\xe5\xbc\x8f\xe3\x80\x80\xe3\x81\x8b\xe3\x82\x99"
			 "\xef\xbc\x88"
			 "1\xef\xbc\x89",
			 "\xe6\xa0\xaa\xe5\xbc\x8f-\xe3\x81\x8c-1");
}

static void slug_is_at_most_100_bytes(void **state)
{
	char text[400];
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(text + 3 * i, "\xe3\x81\x82", 3);
	text[300] = '\0';
	assert_int_equal(text_slug(text, &out), 0);
	assert_int_equal(strlen(out), 99);
	free(out);
	memset(text, 'a', 99);
	memcpy(text + 99, " tail", sizeof(" tail"));
	assert_int_equal(text_slug(text, &out), 0);
	assert_int_equal(strlen(out), 99);
	free(out);
}

static void slug_of_nothing_is_refused(void **state)
{
	(void)state;
	check_refusal(text_slug, "");
	check_refusal(text_slug, "-- / .. !");
	check_refusal(text_slug, "\xe3\x80\x80\xe3\x80\x81");
}

static void word_is_ascii_lower_case(void **state)
{
	(void)state;
	check_conversion(text_word, "FedRAMP Ready", "fedramp-ready");
	check_conversion(text_word, " LI-SaaS / Low ", "li-saas-low");
	check_conversion(text_word, "v2.0", "v2.0");
	check_conversion(text_word,
			 "a\xe3\x81\x82"
			 "b",
			 "a-b");
}

static void word_is_never_a_dot_entry(void **state)
{
	(void)state;
	check_conversion(text_word, "-.a.-", "a");
	check_refusal(text_word, "..");
	check_refusal(text_word, "");
	check_refusal(text_word, "\xe3\x81\x82");
}

static void check_defuse(const char *in, const char *expected, int count)
{
	char json[128];

	(void)snprintf(json, sizeof(json), "%s", in);
	assert_int_equal(text_defuse_json_nul((unsigned char *)json, strlen(json)), count);
	assert_string_equal(json, expected);
}

static void json_nul_escapes_are_defused(void **state)
{
	(void)state;
	check_defuse("\"a\\u0000b\"", "\"a\\ufffdb\"", 1);
	check_defuse("\\u0000\\u0000", "\\ufffd\\ufffd", 2);
	check_defuse("\\\\\\u0000", "\\\\\\ufffd", 1);
	check_defuse("\\n\\u0000", "\\n\\ufffd", 1);
}

static void json_escaped_backslashes_are_left_alone(void **state)
{
	(void)state;
	check_defuse("\\\\u0000", "\\\\u0000", 0);
	check_defuse("\\\\\\\\u0000", "\\\\\\\\u0000", 0);
	check_defuse("\\u0001\\u00000", "\\u0001\\ufffd0", 1);
	check_defuse("u0000", "u0000", 0);
}

static void json_cut_in_an_escape_is_not_read_past(void **state)
{
	(void)state;
	check_defuse("", "", 0);
	check_defuse("a\\", "a\\", 0);
	check_defuse("\\u000", "\\u000", 0);
	assert_int_equal(text_defuse_json_nul(NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_of_every_length_is_accepted),
		cmocka_unit_test(utf8_that_is_not_strict_is_refused),
		cmocka_unit_test(utf8_agrees_on_every_code_point),
		cmocka_unit_test(utf8_of_a_publication_is_quick),
		cmocka_unit_test(line_turns_breaks_into_one_space),
		cmocka_unit_test(line_keeps_spaces_as_published),
		cmocka_unit_test(line_replaces_control_characters),
		cmocka_unit_test(invalid_bytes_are_replaced),
		cmocka_unit_test(block_has_line_feeds_only),
		cmocka_unit_test(block_drops_newlines_at_the_end_only),
		cmocka_unit_test(block_keeps_tabs_and_replaces_other_controls),
		cmocka_unit_test(trim_collapses_unicode_space),
		cmocka_unit_test(trim_drops_zero_width_at_the_ends_only),
		cmocka_unit_test(name_is_nfc),
		cmocka_unit_test(name_has_no_slash_control_or_bidi),
		cmocka_unit_test(name_keeps_case_and_collapses_space),
		cmocka_unit_test(name_has_neither_dash_nor_dot_in_front),
		cmocka_unit_test(name_of_nothing_is_refused),
		cmocka_unit_test(name_is_cut_at_a_code_point),
		cmocka_unit_test(name_cut_behind_a_space_loses_the_space),
		cmocka_unit_test(name_of_endless_marks_takes_no_time),
		cmocka_unit_test(name_of_a_name_is_the_same),
		cmocka_unit_test(slug_is_lower_case_with_single_dashes),
		cmocka_unit_test(slug_keeps_any_script),
		cmocka_unit_test(slug_is_at_most_100_bytes),
		cmocka_unit_test(slug_of_nothing_is_refused),
		cmocka_unit_test(word_is_ascii_lower_case),
		cmocka_unit_test(word_is_never_a_dot_entry),
		cmocka_unit_test(json_nul_escapes_are_defused),
		cmocka_unit_test(json_escaped_backslashes_are_left_alone),
		cmocka_unit_test(json_cut_in_an_escape_is_not_read_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
