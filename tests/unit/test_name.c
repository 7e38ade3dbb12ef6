/* The promises of sync/text.h: names, slugs and words. */
#include "conversion.h"
#include "util/memory.h"
#include "store.h"

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
	check_conversion(name_without_reserve, ". . -/- ..a-b.c", "a-b.c");
	check_conversion(name_without_reserve, "../../etc/passwd", "etc-passwd");
	check_conversion(name_without_reserve, "\xe2\x80\xae.\xe2\x80\xae.hidden", "hidden");
}

static void name_has_nothing_that_windows_cannot_open(void **state)
{
	(void)state;
	check_conversion(name_without_reserve, "Netskope Government.", "Netskope Government");
	check_conversion(name_without_reserve, "a. . .", "a");
	check_conversion(name_without_reserve, "a<b>c:d\"e|f?g*h\\i/j", "a-b-c-d-e-f-g-h-i-j");
	check_conversion(name_without_reserve, "?.a", "a");
}

static void name_of_a_device_has_a_sign_in_front(void **state)
{
	static const char *const devices[] = {"CON",	 "nul",	 "Aux.txt",	"PRN .a.b",
					      "COM1",	 "lpt9", "COM\u00b2.a", "conin$.x",
					      "CONOUT$", "com0"};
	static const char *const others[] = {"CONS", "COM",  "COM10", "com\u00b4", "a.nul",
					     "LPTX", "_CON", "NULL",  "AU",	   "CONIN"};
	char long_name[STORE_NAME_MAX + 1] = "CON.";
	_cleanup_free_ char *cut = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		_cleanup_free_ char *wanted = xasprintf("_%s", devices[i]);

		assert_true(text_is_device(devices[i]));
		check_conversion(name_without_reserve, devices[i], wanted);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(text_is_device(others[i]));
		check_conversion(name_without_reserve, others[i], others[i]);
	}
	memset(long_name + 4, 'x', STORE_NAME_MAX - 4);
	cut = text_name(long_name, 0);
	assert_non_null(cut);
	assert_int_equal(strlen(cut), STORE_NAME_MAX);
	assert_int_equal(strncmp(cut, "_CON.xx", 7), 0);
}

static void name_of_nothing_is_refused(void **state)
{
	static const char *const nothing[] = {"",    " ", ".",	      "..",
					      "---", "/", "\x01\x02", "\xe2\x80\x8b"};
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		check_refusal(name_without_reserve, nothing[i]);
	assert_null(text_name("a", STORE_NAME_MAX));
	assert_null(text_name("a", SIZE_MAX));
	out = text_name("a", STORE_NAME_MAX - 1);
	assert_non_null(out);
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
	out = text_name(long_name, 0);
	assert_non_null(out);
	assert_int_equal(strlen(out), 255);
	free(out);
	out = text_name(long_name, 13);
	assert_non_null(out);
	assert_int_equal(strlen(out), 240);
	assert_true(is_utf8(out));
	free(out);
}

static void name_cut_behind_a_space_loses_the_space(void **state)
{
	char *out = NULL;

	(void)state;
	out = text_name("abc def", STORE_NAME_MAX - 4);
	assert_non_null(out);
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
	out = text_name(marks, 0);
	assert_non_null(out);
	assert_in_range(strlen(out), 250, 255);
	free(out);
	out = text_slug(marks);
	assert_non_null(out);
	free(out);
	free(marks);
}

static void name_of_a_name_is_the_same(void **state)
{
	static const char *const names[] = {" -a/ b\xe3\x80\x80 c ", "e\xcc\x81\xcc\xa3", "A.B-C "};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *once = NULL;

		once = text_name(names[i], 0);
		assert_non_null(once);
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
	check_conversion(text_slug, "Aux.", "_aux");
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
	out = text_slug(text);
	assert_non_null(out);
	assert_int_equal(strlen(out), 99);
	free(out);
	memset(text, 'a', 99);
	memcpy(text + 99, " tail", sizeof(" tail"));
	out = text_slug(text);
	assert_non_null(out);
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
	check_conversion(text_word, "Com1.x", "_com1.x");
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
	check_conversion(
		text_word,
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	/* Cut, it would be another word. */
	check_refusal(
		text_word,
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy");
}

/* What nobody sees must not make two names of what looks like one. */
static void name_has_nothing_unseen(void **state)
{
	_cleanup_free_ char *name = NULL;

	(void)state;
	name = text_name("\ufeffExam\u200bple\u2060 Clo\u00adud\u202e", 0);
	assert_non_null(name);
	assert_string_equal(name, "Example Cloud");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_is_nfc),
		cmocka_unit_test(name_has_no_slash_control_or_bidi),
		cmocka_unit_test(name_keeps_case_and_collapses_space),
		cmocka_unit_test(name_has_neither_dash_nor_dot_in_front),
		cmocka_unit_test(name_has_nothing_unseen),
		cmocka_unit_test(name_has_nothing_that_windows_cannot_open),
		cmocka_unit_test(name_of_a_device_has_a_sign_in_front),
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
