/* The promises of include/timestamp.h. Expected instants are the time zone database's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/timestamp.h"

static const char new_york[] = "America/New_York";

/* The first seconds after a change of clocks, and the offsets in hours before and then. */
static const struct {
	int64_t second;
	int before, after;
} clock_changes[] = {
	{INT64_C(1173596400), -5, -4}, /* 2007-03-11T07:00:00Z */
	{INT64_C(1194156000), -4, -5}, /* 2007-11-04T06:00:00Z */
	{INT64_C(1331449200), -5, -4}, /* 2012-03-11T07:00:00Z */
	{INT64_C(1352008800), -4, -5}, /* 2012-11-04T06:00:00Z */
	{INT64_C(1678604400), -5, -4}, /* 2023-03-12T07:00:00Z */
	{INT64_C(1699164000), -4, -5}, /* 2023-11-05T06:00:00Z */
	{INT64_C(1710054000), -5, -4}, /* 2024-03-10T07:00:00Z */
	{INT64_C(1730613600), -4, -5}, /* 2024-11-03T06:00:00Z */
	{INT64_C(1741503600), -5, -4}, /* 2025-03-09T07:00:00Z */
	{INT64_C(1762063200), -4, -5}, /* 2025-11-02T06:00:00Z */
	{INT64_C(1772953200), -5, -4}, /* 2026-03-08T07:00:00Z */
	{INT64_C(1793512800), -4, -5}, /* 2026-11-01T06:00:00Z */
	{INT64_C(1899356400), -5, -4}, /* 2030-03-10T07:00:00Z */
	{INT64_C(1919916000), -4, -5}, /* 2030-11-03T06:00:00Z */
	{INT64_C(2088658800), -5, -4}, /* 2036-03-09T07:00:00Z */
	{INT64_C(2109218400), -4, -5}, /* 2036-11-02T06:00:00Z */
};

static int64_t parsed(const char *text, const char *zone)
{
	int64_t instant = -1;

	assert_int_equal(timestamp_parse(text, zone, &instant), 0);
	return instant;
}

static void refused(const char *text, const char *zone)
{
	int64_t instant = 42;

	if (timestamp_parse(text, zone, &instant) == 0)
		fail_msg("'%s' was read as a time", text);
	assert_int_equal(instant, 42);
}

static void eastern_clocks_change_to_the_millisecond(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(clock_changes) / sizeof(clock_changes[0]); i++) {
		int64_t change = clock_changes[i].second * 1000;

		assert_int_equal(us_eastern_offset(change - 1),
				 clock_changes[i].before * MILLISECONDS_PER_HOUR);
		assert_int_equal(us_eastern_offset(change),
				 clock_changes[i].after * MILLISECONDS_PER_HOUR);
	}
}

static void eastern_readings_become_instants(void **state)
{
	(void)state;
	assert_int_equal(parsed("2026-03-08T01:59:59", new_york), INT64_C(1772953199000));
	assert_int_equal(parsed("2026-03-08T03:00:00", new_york), INT64_C(1772953200000));
	assert_int_equal(parsed("2026-11-01T00:59:59", new_york), INT64_C(1793509199000));
	assert_int_equal(parsed("2026-11-01T02:00:00", new_york), INT64_C(1793516400000));
	assert_int_equal(parsed("2026-07-04T12:00:00", new_york), INT64_C(1783180800000));
	assert_int_equal(parsed("2026-01-15T23:30:00", new_york), INT64_C(1768537800000));
	assert_int_equal(parsed("2023-02-15T14:41:56.127", new_york), INT64_C(1676490116127));
	assert_int_equal(parsed("2024-02-29", new_york), INT64_C(1709182800000));
}

static void small_letters_are_read(void **state)
{
	(void)state;
	assert_int_equal(parsed("2026-07-04t12:00:00z", "UTC"),
			 parsed("2026-07-04T12:00:00Z", "UTC"));
	assert_int_equal(parsed("2026-07-04t12:00:00+09:00", "UTC"),
			 parsed("2026-07-04T03:00:00Z", "UTC"));
	refused("2026-07-04x12:00:00Z", "UTC");
	refused("2026-07-04T12:00:00y", "UTC");
}

/* 2:30 doesn't come in that night: by a clock that wasn't set forward yet it is 3:30. */
static void a_skipped_hour_keeps_the_order(void **state)
{
	(void)state;
	assert_int_equal(parsed("2026-03-08T02:00:00", new_york), INT64_C(1772953200000));
	assert_int_equal(parsed("2026-03-08T02:30:00", new_york), INT64_C(1772955000000));
	assert_int_equal(parsed("2026-03-08T02:59:59", new_york), INT64_C(1772956799000));
}

static int64_t parsed_after(const char *text, const char *zone, int64_t before)
{
	int64_t instant = 0;

	assert_int_equal(timestamp_parse_after(text, zone, before, &instant), 0);
	return instant;
}

static void of_a_repeated_hour_what_keeps_the_order_is_taken(void **state)
{
	const int64_t first = INT64_C(1793511000000), second = first + MILLISECONDS_PER_HOUR;

	(void)state;
	assert_int_equal(parsed_after("2026-11-01T01:30:00", new_york, 0), first);
	assert_int_equal(parsed_after("2026-11-01T01:30:00", new_york, first), first);
	assert_int_equal(parsed_after("2026-11-01T01:30:00", new_york, first + 1), second);
	/* Neither is late enough: it is older. */
	assert_int_equal(parsed_after("2026-11-01T00:30:00", new_york, second),
			 first - MILLISECONDS_PER_HOUR);
	/* It says which of the two it is. */
	assert_int_equal(parsed_after("2026-11-01T01:30:00-04:00", new_york, second), first);
	assert_int_equal(parsed_after("2026-11-01T05:30:00Z", new_york, second), first);
}

/* 1:30 comes twice in that night; either is right. */
static void a_repeated_hour_is_one_of_the_two(void **state)
{
	int64_t instant = parsed("2026-11-01T01:30:00", new_york);

	(void)state;
	assert_true(instant == INT64_C(1793511000000) || instant == INT64_C(1793514600000));
}

static void a_zone_in_the_text_wins(void **state)
{
	(void)state;
	assert_int_equal(parsed("2026-07-04T12:00:00Z", new_york), INT64_C(1783166400000));
	assert_int_equal(parsed("2026-07-04T21:00:00+09:00", new_york), INT64_C(1783166400000));
	assert_int_equal(parsed("2026-07-04T08:30:00-03:30", "UTC"), INT64_C(1783166400000));
	assert_int_equal(parsed("2026-07-04T21:00:00", "Asia/Tokyo"), INT64_C(1783166400000));
	assert_int_equal(parsed("2026-07-04 21:00", "+09:00"), INT64_C(1783166400000));
}

static void fractions_are_cut_to_milliseconds(void **state)
{
	(void)state;
	assert_int_equal(parsed("1970-01-01T00:00:00.5Z", "UTC"), 500);
	assert_int_equal(parsed("1970-01-01t00:00:00.5z", "UTC"), 500);
	assert_int_equal(parsed("1970-01-01T00:00:00.123456789Z", "UTC"), 123);
	assert_int_equal(parsed("1970-01-01T00:00:01.000", "UTC"), 1000);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"2026",
		"2026-01",
		"2026-01-0",
		"2026-1-01",
		"26-01-01",
		"2026/01/01",
		"2025-02-29",
		"2100-02-29",
		"2026-13-01",
		"2026-00-01",
		"2026-01-00",
		"2026-04-31",
		"0000-01-01",
		"2026-01-01T",
		"2026-01-01T1",
		"2026-01-01T10",
		"2026-01-01T10:",
		"2026-01-01T1:00",
		"2026-01-01T24:00",
		"2026-01-01T10:60",
		"2026-01-01T10:00:61",
		"2026-01-01x10:00",
		"2026-01-01T10:00:00X",
		"2026-01-01T10:00:00ZZ",
		"2026-01-01T10:00:00 Z",
		"2026-01-01T10:00:00+9",
		"2026-01-01T10:00:00+09:0",
		"2026-01-01T10:00:00+09:60",
		"2026-01-01T10:00:00+16:00",
		"1969-12-31T23:59:59.999Z",
		"1601-01-01",
		"2255-03-15",
		"9999-12-31T00:00:00Z",
		"2026-01-01T10:00:00+0900",
		"2026-01-01Z",
		"2026-01-01 ",
		" 2026-01-01",
		"yesterday",
		"2026-01-01T-1:00",
		"+026-01-01",
		"2/29/2023",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refused(texts[i], "UTC");
	refused("2026-01-01T+1:02", "UTC");
	refused("2026-01-01T 1:02", "UTC");
	refused("2026-01-01T10:02:+5", "UTC");
	refused("2026-01-01T10:02 9:00", "UTC");
	refused("2026-01-01T10:02+ 9:00", "UTC");
	refused("2026-01-01T10:02Asia/Tokyo", "UTC");
	refused("2026-01-01T10:00:00", "Europe/Nowhere");
	refused("2026-01-01", "");
}

static void days_are_counted_both_ways(void **state)
{
	static const struct {
		const char *text;
		int64_t days;
		int weekday;
	} known[] = {
		{"1970-01-01", 0, 4},	    {"1969-12-31", -1, 3},	{"2000-02-29", 11016, 2},
		{"2024-02-29", 19782, 4},   {"1900-02-28", -25509, 3},	{"2100-03-01", 47541, 1},
		{"9999-12-31", 2932896, 5}, {"0001-01-01", -719162, 1}, {"2026-04-28", 20571, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char text[DAY_TEXT_SIZE];
		int64_t days = 1;

		assert_int_equal(day_parse(known[i].text, &days), 0);
		assert_int_equal(days, known[i].days);
		assert_int_equal(weekday_from_days(days), known[i].weekday);
		day_format(days, text);
		assert_string_equal(text, known[i].text);
	}
}

static void every_day_of_four_centuries_comes_back(void **state)
{
	struct civil_date before = civil_from_days(-719162);

	(void)state;
	for (int64_t days = -719161; days < -719161 + 2 * 146097; days++) {
		struct civil_date date = civil_from_days(days);

		assert_true(is_civil_date(date.year, date.month, date.day));
		assert_int_equal(days_from_civil(date.year, date.month, date.day), days);
		assert_true(date.year > before.year || date.month > before.month ||
			    date.day == before.day + 1);
		before = date;
	}
}

static void leap_years(void **state)
{
	(void)state;
	assert_true(is_leap_year(2024));
	assert_true(is_leap_year(2000));
	assert_false(is_leap_year(1900));
	assert_false(is_leap_year(2100));
	assert_false(is_leap_year(2023));
	assert_true(is_civil_date(2024, 2, 29));
	assert_false(is_civil_date(2023, 2, 29));
	assert_false(is_civil_date(2024, 2, 30));
	assert_false(is_civil_date(10000, 1, 1));
}

static void times_are_written_in_utc(void **state)
{
	char text[TIMESTAMP_TEXT_SIZE];

	(void)state;
	timestamp_format(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	timestamp_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
	timestamp_format(INT64_C(1783166400999), text);
	assert_string_equal(text, "2026-07-04T12:00:00Z");
	/* Nothing that a store could hold may overrun the text. */
	timestamp_format(INT64_MAX, text);
	assert_true(strlen(text) < TIMESTAMP_TEXT_SIZE);
	timestamp_format(INT64_MIN / 2, text);
	assert_true(strlen(text) < TIMESTAMP_TEXT_SIZE);
}

static void a_day_begins_where_the_registry_is(void **state)
{
	int64_t instant = parsed("2024-07-04T03:30:00Z", "UTC");
	char text[DAY_TEXT_SIZE];

	(void)state;
	day_format(day_in_zone("UTC", instant), text);
	assert_string_equal(text, "2024-07-04");
	day_format(day_in_zone(new_york, instant), text);
	assert_string_equal(text, "2024-07-03");
	day_format(day_in_zone("Asia/Tokyo", parsed("2024-07-03T15:00:00Z", "UTC")), text);
	assert_string_equal(text, "2024-07-04");
	day_format(day_in_zone("-00:30", parsed("1970-01-01T00:00:00Z", "UTC")), text);
	assert_string_equal(text, "1969-12-31");
}

static void zones_are_known_or_refused(void **state)
{
	static const char *const unknown[] = {
		"",	  "utc", "Z",	  "JST",    "9:00",   "+9:00",	"+09:00 ",
		"+09:0a", "+09", "+0900", "+16:00", "+09:60", "+-1:00", "America/New_York "};
	int64_t offset;

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_int_equal(zone_offset(unknown[i], 0, &offset), -EINVAL);
	assert_int_equal(zone_offset("UTC", 0, &offset), 0);
	assert_int_equal(offset, 0);
	assert_int_equal(zone_offset("Asia/Tokyo", 0, &offset), 0);
	assert_int_equal(offset, 9 * MILLISECONDS_PER_HOUR);
	assert_int_equal(zone_offset("-09:30", 0, &offset), 0);
	assert_int_equal(offset, -(9 * MILLISECONDS_PER_HOUR + MILLISECONDS_PER_HOUR / 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eastern_clocks_change_to_the_millisecond),
		cmocka_unit_test(eastern_readings_become_instants),
		cmocka_unit_test(a_repeated_hour_is_one_of_the_two),
		cmocka_unit_test(a_zone_in_the_text_wins),
		cmocka_unit_test(fractions_are_cut_to_milliseconds),
		cmocka_unit_test(small_letters_are_read),
		cmocka_unit_test(a_skipped_hour_keeps_the_order),
		cmocka_unit_test(of_a_repeated_hour_what_keeps_the_order_is_taken),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(days_are_counted_both_ways),
		cmocka_unit_test(every_day_of_four_centuries_comes_back),
		cmocka_unit_test(leap_years),
		cmocka_unit_test(times_are_written_in_utc),
		cmocka_unit_test(a_day_begins_where_the_registry_is),
		cmocka_unit_test(zones_are_known_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
