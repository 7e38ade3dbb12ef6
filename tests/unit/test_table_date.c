/* The promises of sync/sources/table/date.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "sources/table/date.h"

static void is(const char *expected, const char *cell, unsigned forms)
{
	char date[DAY_TEXT_SIZE];

	if (table_date(cell, forms, date) != 1)
		fail_msg("'%s' is no date", cell);
	assert_string_equal(date, expected);
}

static void is_none(int error, const char *cell, unsigned forms)
{
	char date[DAY_TEXT_SIZE];
	int r = table_date(cell, forms, date);

	if (r != error)
		fail_msg("'%s': %d instead of %d", cell, r, error);
}

static void what_everybody_reads(void **state)
{
	(void)state;
	is("2026-03-31", "2026-03-31", 0);
	is("2026-03-31", " 2026/3/31 ", 0);
	is("2026-03-31", "2026.3.31", 0);
	is("2026-03-31", "20260331", 0);
	is("2026-03-31", "２０２６年３月３１日", 0);
	is("2026-03-31", "2026 年 3 月 31 日", 0);
	is("2026-03-31", "31 March 2026", 0);
	is("2026-03-31", "Mar. 31, 2026", 0);
	is("2026-03-31", "31-Mar-2026", 0);
	is("2026-03-31", "2026-03-31T09:30:00Z", 0);
	is("2026-03-31", "2026/03/31 0:00:00", 0);
	is("2026-03", "2026年3月", 0);
	is("2026-03", "2026-03", 0);
	is("2026", "2026", 0);
}

static void eras(void **state)
{
	(void)state;
	is("2026-03-31", "令和8年3月31日", 0);
	is("2019-05-01", "令和元年５月１日", 0);
	is("1989-01-08", "平成1年1月8日", 0);
	is("2026-03-31", "R8.3.31", 0);
	is("2026-03-31", "㋿8年3月31日", 0);
	is("1989-01-07", "S64/1/7", 0);
}

static void what_must_be_said(void **state)
{
	(void)state;
	is("2026-03-04", "3/4/2026", DATE_MONTH_FIRST);
	is("2026-04-03", "3/4/2026", DATE_DAY_FIRST);
	is("2026-04-03", "3.4.2026", DATE_DAY_FIRST);
	is("2026-03-31", "46112", DATE_SERIAL);
	is("2026-03-31", "46112.75", DATE_SERIAL);
	is_none(-EDOM, "3/4/2026", 0);
	is_none(-EDOM, "46112", DATE_MONTH_FIRST);
}

static void what_is_none(void **state)
{
	(void)state;
	is_none(0, "", 0);
	is_none(0, " \xe3\x80\x80", 0);
	is_none(-EINVAL, "soon", 0);
	is_none(-EINVAL, "2026-02-30", 0);
	is_none(-EINVAL, "2026-13-01", 0);
	is_none(-EINVAL, "13/1/2026", DATE_MONTH_FIRST);
	is_none(-EINVAL, "2026-03-31 or later", 0);
	is_none(-EINVAL, "26-03-31", 0);
	is_none(-EINVAL, "令和0年1月1日", 0);
	is_none(-EINVAL, "461120", DATE_SERIAL);
}

static void days_within_a_text(void **state)
{
	char date[DAY_TEXT_SIZE];

	(void)state;
	assert_int_equal(table_date_within("リスト（令和8年3月31日現在）", 0, date), 1);
	assert_string_equal(date, "2026-03-31");
	assert_int_equal(table_date_within("As of March 31, 2026: 12 products", 0, date), 1);
	assert_string_equal(date, "2026-03-31");
	assert_int_equal(table_date_within("Products of 2026, version 3.1", 0, date), 0);
	assert_int_equal(table_date_within("2026-02-30", 0, date), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_everybody_reads), cmocka_unit_test(eras),
		cmocka_unit_test(what_must_be_said),	cmocka_unit_test(what_is_none),
		cmocka_unit_test(days_within_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
