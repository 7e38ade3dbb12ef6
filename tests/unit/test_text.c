/* The promises of sync/text.h: values. */
#include <stdio.h>
#include <time.h>

#include "conversion.h"

#define FFFD "\xef\xbf\xbd"

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

static void check_defuse(const char *in, const char *expected, int count)
{
	char json[128];

	(void)snprintf(json, sizeof(json), "%s", in);
	assert_int_equal(text_defuse_json((unsigned char *)json, strlen(json)), count);
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

static void json_lone_surrogates_are_defused(void **state)
{
	(void)state;
	check_defuse("\"a\\ud83d\"", "\"a\\ufffd\"", 1);
	check_defuse("\\uDFFFx", "\\ufffdx", 1);
	check_defuse("\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00", 1);
	check_defuse("\\ude00\\ud83d", "\\ufffd\\ufffd", 2);
	check_defuse("\\ud83d\\n\\ude00", "\\ufffd\\n\\ufffd", 2);
	check_defuse("\\ud83d\\u0000", "\\ufffd\\ufffd", 2);
	check_defuse("\\uD83D\\uDE00\\u0000", "\\uD83D\\uDE00\\ufffd", 1);
	check_defuse("\\\\ud83d \\ud7ff\\ue000", "\\\\ud83d \\ud7ff\\ue000", 0);
	check_defuse("\\ud83d\\ude0", "\\ufffd\\ude0", 1);
}

static void json_cut_in_an_escape_is_not_read_past(void **state)
{
	(void)state;
	check_defuse("", "", 0);
	check_defuse("a\\", "a\\", 0);
	check_defuse("\\u000", "\\u000", 0);
	assert_int_equal(text_defuse_json(NULL, 0), 0);
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
		cmocka_unit_test(json_nul_escapes_are_defused),
		cmocka_unit_test(json_escaped_backslashes_are_left_alone),
		cmocka_unit_test(json_lone_surrogates_are_defused),
		cmocka_unit_test(json_cut_in_an_escape_is_not_read_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
