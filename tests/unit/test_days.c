/* The promises of include/days.h: what is known of a day, in the registry's zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "days.h"

static const char new_york[] = "America/New_York", tokyo[] = "Asia/Tokyo";

static int64_t instant(const char *text)
{
	int64_t value = 0;

	assert_int_equal(timestamp_parse(text, "UTC", &value), 0);
	return value;
}

static int64_t day(const char *text)
{
	int64_t value = 0;

	assert_int_equal(day_parse(text, &value), 0);
	return value;
}

static void a_day_begins_when_its_zone_says_so(void **state)
{
	static const struct {
		const char *zone, *day, *begins;
	} cases[] = {
		{"UTC", "2025-03-31", "2025-03-31T00:00:00Z"},
		{"Asia/Tokyo", "2025-03-31", "2025-03-30T15:00:00Z"},
		{"America/New_York", "2025-03-31", "2025-03-31T04:00:00Z"},
		/* Of the days on which clocks change, and the days after. */
		{"America/New_York", "2025-03-09", "2025-03-09T05:00:00Z"},
		{"America/New_York", "2025-03-10", "2025-03-10T04:00:00Z"},
		{"America/New_York", "2025-11-02", "2025-11-02T04:00:00Z"},
		{"America/New_York", "2025-11-03", "2025-11-03T05:00:00Z"},
		{"-03:30", "2025-03-31", "2025-03-31T03:30:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t begins = day_begins(cases[i].zone, day(cases[i].day));

		assert_int_equal(begins, instant(cases[i].begins));
		assert_int_equal(day_in_zone(cases[i].zone, begins), day(cases[i].day));
		assert_int_equal(day_in_zone(cases[i].zone, begins - 1), day(cases[i].day) - 1);
	}
}

static void a_day_is_confirmed_by_a_check_at_its_end(void **state)
{
	int64_t published = day("2025-11-01"), end = instant("2025-11-03T05:00:00Z");

	(void)state;
	assert_int_equal(day_basis(new_york, published, published, 0), DAY_PUBLISHED);
	assert_int_equal(day_basis(new_york, published + 1, published, end), DAY_CONFIRMED);
	assert_int_equal(day_basis(new_york, published + 1, published, end - 1), DAY_UNCONFIRMED);
	assert_int_equal(day_basis(new_york, published + 2, published, end), DAY_UNCONFIRMED);
	assert_int_equal(day_basis(new_york, published + 1, published, 0), DAY_UNCONFIRMED);
	/* The same instant is another day's end elsewhere. */
	assert_int_equal(day_basis("UTC", published + 1, published, end), DAY_CONFIRMED);
	assert_int_equal(day_basis(tokyo, published + 2, published, end), DAY_UNCONFIRMED);
}

static void nothing_is_known_after_the_last_check(void **state)
{
	int64_t published = day("2025-03-31");

	(void)state;
	assert_int_equal(day_last_known(new_york, published, 0), published);
	assert_int_equal(day_last_known(new_york, published, instant("2025-04-01T03:59:59Z")),
			 published);
	assert_int_equal(day_last_known(new_york, published, instant("2025-04-01T04:00:00Z")),
			 published + 1);
	assert_int_equal(day_last_known(tokyo, published, instant("2025-04-03T15:00:00Z")),
			 published + 4);
}

static void a_line_is_a_day_and_a_word(void **state)
{
	char line[DAY_LINE_SIZE];
	int length = day_line(day("2025-03-31"), DAY_UNCONFIRMED, line);

	(void)state;
	assert_int_equal(length, strlen(line));
	assert_string_equal(line, "2025-03-31\tunconfirmed\n");
	(void)day_line(day("2024-02-29"), DAY_PUBLISHED, line);
	assert_string_equal(line, "2024-02-29\tpublished\n");
	(void)day_line(day("2024-02-29"), DAY_CONFIRMED, line);
	assert_string_equal(line, "2024-02-29\tconfirmed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_begins_when_its_zone_says_so),
		cmocka_unit_test(a_day_is_confirmed_by_a_check_at_its_end),
		cmocka_unit_test(nothing_is_known_after_the_last_check),
		cmocka_unit_test(a_line_is_a_day_and_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
