/* The promises of sync/duration.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "util/duration.h"

static int64_t parsed(const char *text)
{
	int64_t milliseconds = -1;

	assert_int_equal(duration_parse(text, &milliseconds), 0);
	return milliseconds;
}

static void every_unit(void **state)
{
	(void)state;
	assert_int_equal(parsed("0"), 0);
	assert_int_equal(parsed("7"), 7000);
	assert_int_equal(parsed("500ms"), 500);
	assert_int_equal(parsed("20s"), 20000);
	assert_int_equal(parsed("30m"), 1800000);
	assert_int_equal(parsed("6h"), 21600000);
	assert_int_equal(parsed("1d"), 86400000);
	assert_int_equal(parsed("007s"), 7000);
}

static void a_year_is_the_longest(void **state)
{
	int64_t milliseconds = -1;

	(void)state;
	assert_int_equal(parsed("366d"), DURATION_MAX);
	assert_int_equal(parsed("8784h"), DURATION_MAX);
	assert_int_equal(duration_parse("367d", &milliseconds), -EINVAL);
	assert_int_equal(duration_parse("8785h", &milliseconds), -EINVAL);
	assert_int_equal(duration_parse("9223372036854775807d", &milliseconds), -EINVAL);
	assert_int_equal(duration_parse("99999999999999999999", &milliseconds), -EINVAL);
	assert_int_equal(milliseconds, -1);
}

static void what_is_no_duration(void **state)
{
	static const char *const texts[] = {"",	    "s",  "-1s", "+1s", " 1s", "1 s",  "1s ",
					    "1.5h", "1S", "1hh", "0x1", "1w",  "soon", "1h2"};
	int64_t milliseconds = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(duration_parse(texts[i], &milliseconds), -EINVAL);
	assert_int_equal(milliseconds, -1);
}

static void for_people(void **state)
{
	static const struct {
		int64_t milliseconds;
		const char *text;
	} cases[] = {
		{0, "0 ms"},
		{350, "350 ms"},
		{999, "999 ms"},
		{1000, "1 s"},
		{1499, "1 s"},
		{20000, "20 s"},
		{119000, "119 s"},
		{2 * 60000, "2 min"},
		{15 * 60000, "15 min"},
		{119 * 60000, "119 min"},
		{2 * 3600000, "2 h"},
		{DURATION_MAX, "8784 h"},
	};
	char text[DURATION_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		duration_format(cases[i].milliseconds, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void the_clock_goes_on(void **state)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	int64_t before = steady_now(), after;

	(void)state;
	(void)nanosleep(&pause, NULL);
	after = steady_now();
	assert_true(after - before >= 4);
	assert_true(after - before < 60000);
}

/* Between the bounds, on either side, and never always the same. */
static void jitter_stays_within_its_bounds(void **state)
{
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t value = jitter(100000, 25);

		least = value < least ? value : least;
		most = value > most ? value : most;
	}
	assert_in_range(least, 75000, 80000);
	assert_in_range(most, 120000, 125000);
	assert_int_equal(jitter(0, 25), 0);
	assert_int_equal(jitter(100000, 0), 100000);
	assert_true(jitter(DURATION_MAX, 25) <= DURATION_MAX / 100 * 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit),
		cmocka_unit_test(a_year_is_the_longest),
		cmocka_unit_test(what_is_no_duration),
		cmocka_unit_test(for_people),
		cmocka_unit_test(the_clock_goes_on),
		cmocka_unit_test(jitter_stays_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
