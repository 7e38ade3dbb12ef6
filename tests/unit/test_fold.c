/* Folding what people write, and finding services by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "render/since/since.h"
#include "query/fold.h"
#include "query/names.h"

static void same(const char *one, const char *other)
{
	char *a = query_fold(one), *b = query_fold(other);

	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void differ(const char *one, const char *other)
{
	char *a = query_fold(one), *b = query_fold(other);

	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

static void width_and_case_are_folded(void **state)
{
	(void)state;
	same("ＦＲ１２３", "fr123");
	same("ｸﾗｳﾄﾞ基盤ｻｰﾋﾞｽ", "クラウド基盤サービス");
	same("Straße", "STRASSE");
	same("e\xcc\x81lan", "\xc3\x89LAN");
	same("㈱甲", "(株)甲");
	differ("FR123", "FR124");
}

static void hyphens_and_quotes_are_one(void **state)
{
	(void)state;
	same("C21-0004-2", "Ｃ２１－０００４－２");
	same("C21-0004-2", "c21\xe2\x80\x90"
			   "0004\xe2\x80\x93"
			   "2");
	same("C21-0004-2", "C21\xe2\x88\x92"
			   "0004 - 2");
	/* As kana keyboards write it; behind kana it lengthens a vowel. */
	same("C21-0004-2", "Ｃ２１ー０００４ー２");
	differ("サーバー", "サ-バ-");
	same("サーバー", "ｻｰﾊﾞｰ");
	/* CP932 has the wave dash as a full-width tilde. */
	same("A\xe3\x80\x9c"
	     "B",
	     "A\xef\xbd\x9e"
	     "B");
	same("Provider\xe2\x80\x99s", "Provider's");
	differ("C21-0004-2", "C2100042");
}

static void blanks_count_between_words_alone(void **state)
{
	(void)state;
	same("  Imaginary \t Mail\r\n", "imaginary mail");
	same("クラウド基盤サービス 6号", "クラウド基盤サービス　６号");
	same("クラウド基盤サービス 6号", "クラウド基盤サービス6号");
	differ("Imaginary Mail", "ImaginaryMail");
	same("\xef\xbb\xbfzero\xe2\x80\x8bwidth", "zerowidth");
	same("", " \xe3\x80\x80 ");
}

/* Whatever the bytes are, and however many. */
static void odd_texts_are_folded_too(void **state)
{
	char *text = malloc(100001), *folded;

	(void)state;
	same("\xff", "\xef\xbf\xbd");
	for (size_t i = 0; i < 100000; i += 2)
		memcpy(text + i, "\xcc\x81", 2);
	text[100000] = '\0';
	folded = query_fold(text);
	assert_true(strlen(folded) <= 2 * FOLD_INPUT_MAX);
	free(folded);
	memset(text, 'x', 100000);
	folded = query_fold(text);
	assert_int_equal(strlen(folded), FOLD_INPUT_MAX);
	free(folded);
	/* Not cut within a character. */
	memset(text, 'x', 100000);
	memcpy(text + FOLD_INPUT_MAX - 1, "\xe3\x81\x82", 3);
	folded = query_fold(text);
	assert_int_equal(strlen(folded), FOLD_INPUT_MAX - 1);
	free(folded);
	free(text);
}

static void the_last_run_of_a_status_counts(void **state)
{
	static const char events[] = "date\tfrom\tto\ttype\tpath\tclass\trecorded-on\n"
				     "2012-11-02\t\tin-process\t\t\t\t\n"
				     "2013-05-01\tin-process\tcertified\t\t\t\t\n"
				     "2015-01-01\tcertified\tcertified\trev5\t\t\t\n"
				     "2020-02-02\tcertified\tin-process\t\t\t\t2020-03-03";
	char since[DAY_TEXT_SIZE] = "";
	struct event event;
	const char *rest = events;

	(void)state;
	assert_true(events_find_since(events, "certified", "", since));
	assert_string_equal(since, "2013-05-01");
	assert_true(events_find_since(events, "in-process", "", since));
	assert_string_equal(since, "2020-02-02");
	assert_false(events_find_since(events, "delisted", "", since));
	assert_false(events_find_since("", "certified", "", since));
	/* The list showed another status behind them. */
	assert_false(events_find_since(events, "certified", "2013-05-02", since));
	assert_true(events_find_since(events, "in-process", "2020-03-03", since));
	assert_string_equal(since, "2020-02-02");
	assert_false(events_find_since(events, "in-process", "2020-03-04", since));
	for (int i = 0; i < 4; i++)
		assert_true(events_next(&rest, &event));
	assert_string_equal(event.recorded, "2020-03-03");
	assert_string_equal(event.from, "certified");
	assert_false(events_next(&rest, &event));
}

/* A list of texts that are sorted as names_read() leaves them. */
static const struct folded_name sorted[] = {
	{(char *)(uintptr_t) "e-1", NAME_IS_NUMBER, 0},
	{(char *)(uintptr_t) "e-1", NAME_IS_NUMBER, 1},
	{(char *)(uintptr_t) "mail", NAME_IS_OF_LISTED, 0},
	{(char *)(uintptr_t) "mail", NAME_IS_OF_LEFT, 2},
	{(char *)(uintptr_t) "twin", NAME_IS_OF_LISTED, 1},
	{(char *)(uintptr_t) "twin", NAME_IS_OF_LISTED, 2},
	{(char *)(uintptr_t) "was", NAME_WAS_OF_LEFT, 2},
};

static size_t find(const char *text, const struct folded_name **found)
{
	static struct named_service services[] = {
		{.number = (char *)(uintptr_t) "E-1"},
		{.number = (char *)(uintptr_t) "e-1"},
		{.number = (char *)(uintptr_t) "E-2"},
	};
	const struct names names = {
		.services = services,
		.count = 3,
		.names = (struct folded_name *)(uintptr_t)sorted,
		.name_count = sizeof(sorted) / sizeof(sorted[0]),
	};

	return names_find(&names, text, found);
}

static void numbers_come_before_names(void **state)
{
	const struct folded_name *found;

	(void)state;
	/* To the letter, else both. */
	assert_int_equal(find("e-1", &found), 1);
	assert_int_equal(found->service, 1);
	assert_int_equal(find("E-1", &found), 1);
	assert_int_equal(found->service, 0);
	assert_int_equal(find("Ｅ－１", &found), 2);
	/* What is listed comes before what left. */
	assert_int_equal(find("MAIL", &found), 1);
	assert_int_equal(found->service, 0);
	assert_int_equal(find("Twin", &found), 2);
	assert_int_equal(find("was", &found), 1);
	assert_int_equal(found->kind, NAME_WAS_OF_LEFT);
	assert_int_equal(find("", &found), 0);
	assert_int_equal(find("zzz", &found), 0);
	assert_int_equal(find("a", &found), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_and_case_are_folded),
		cmocka_unit_test(hyphens_and_quotes_are_one),
		cmocka_unit_test(blanks_count_between_words_alone),
		cmocka_unit_test(odd_texts_are_folded_too),
		cmocka_unit_test(the_last_run_of_a_status_counts),
		cmocka_unit_test(numbers_come_before_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
