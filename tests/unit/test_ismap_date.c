/* The promises of sync/ismap_date.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/ismap/date.h"
#include "common/timestamp.h"

static int64_t day(const char *text)
{
	int64_t days;

	assert_int_equal(day_parse(text, &days), 0);
	return days;
}

static void every_way_to_write_a_date(void **state)
{
	static const char *const same[] = {
		"2025-03-01",
		"2025/3/1",
		"2025.3.1",
		"2025年3月1日",
		"2025年 3月 1日",
		"令和7年3月1日",
		"２０２５年３月１日",
		"2025-03-01 12:34:56",
		"登録日: 2025/03/01（予定）",
		"2025 年 3 月 1 日",
		"令和 7 年 3 月 1 日",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		int64_t days[2] = {0};

		print_message("%s\n", same[i]);
		assert_int_equal(ismap_dates(same[i], days, 2), 1);
		assert_int_equal(days[0], day("2025-03-01"));
	}
}

static void the_first_year_of_an_era(void **state)
{
	int64_t days;

	(void)state;
	assert_int_equal(ismap_dates("令和元年5月1日", &days, 1), 1);
	assert_int_equal(days, day("2019-05-01"));
}

static void periods(void **state)
{
	static const char *const same[] = {
		"2024-04-01 - 2025-03-31",
		"2024-04-01/2025-03-31",
		"2024年4月1日～2025年3月31日",
		"2024年4月1日〜2025年3月31日",
		"2024/4/1から2025/3/31まで",
		"from 2024-04-01 to 2025-03-31",
		"2024-04-01 00:00:00 - 2025-03-31 23:59:59",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		int64_t days[2];

		print_message("%s\n", same[i]);
		assert_int_equal(ismap_dates(same[i], days, 2), 2);
		assert_int_equal(days[0], day("2024-04-01"));
		assert_int_equal(days[1], day("2025-03-31"));
	}
}

static void what_is_no_date(void **state)
{
	static const char *const none[] = {
		"",	    "2025",	   "2025年",	 "2025年度",	   "2025-03",
		"3/1/2025", "12025-03-01", "C21-0008-2", "昭和60年1月1日", "2025-03-123",
		"2025-3/1",
	};
	static const char *const wrong[] = {"2025-02-30", "2025年13月1日", "2025/0/1"};
	int64_t days[2];

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		print_message("%s\n", none[i]);
		assert_int_equal(ismap_dates(none[i], days, 2), 0);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ismap_dates(wrong[i], days, 2), -EINVAL);
	assert_int_equal(ismap_dates("2025-01-01 2025-01-02 2025-01-03", days, 2), 3);
}

static void validity(void **state)
{
	static const struct {
		const char *ends, *until;
	} pairs[] = {
		{"2025-03-31", "2026-07-31"}, {"2024-12-31", "2026-04-30"},
		{"2025-09-15", "2027-01-15"}, {"2025-10-30", "2027-02-28"},
		{"2026-10-29", "2028-02-29"}, {"2026-10-30", "2028-02-29"},
		{"2025-10-29", "2027-02-28"}, {"2025-10-28", "2027-02-28"},
		{"2025-10-27", "2027-02-27"}, {"2025-02-28", "2026-06-30"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char text[DAY_TEXT_SIZE];

		day_format(ismap_validity(day(pairs[i].ends)), text);
		print_message("%s\n", pairs[i].ends);
		assert_string_equal(text, pairs[i].until);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_write_a_date),
		cmocka_unit_test(the_first_year_of_an_era),
		cmocka_unit_test(periods),
		cmocka_unit_test(what_is_no_date),
		cmocka_unit_test(validity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
