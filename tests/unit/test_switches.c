/* The promises of fs/store/switches.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "common/timestamp.h"
#include "store.h"
#include "store/switches.h"

/* A store of which only `current`, and `shown` with this text, exist. */
static struct switches load(const char *text, uint32_t newest)
{
	char folder[] = "/tmp/test_switches.XXXXXX";
	_cleanup_close_ int store_fd = -1;
	struct switches switches;
	int r;

	assert_non_null(mkdtemp(folder));
	store_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(store_fd >= 0);
	assert_int_equal(symlinkat("generations/1.db", store_fd, STORE_CURRENT), 0);
	if (text) {
		_cleanup_close_ int fd =
			openat(store_fd, STORE_SHOWN, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	}
	r = switches_load(store_fd, newest, &switches);
	(void)unlinkat(store_fd, STORE_SHOWN, 0);
	(void)unlinkat(store_fd, STORE_CURRENT, 0);
	(void)rmdir(folder);
	assert_int_equal(r, 0);
	return switches;
}

static void check(struct switches *switches, uint32_t generation, int64_t time)
{
	assert_int_equal(switches_time(switches, generation), time);
}

static void what_came_at_once_came_with_the_last(void **state)
{
	struct switches switches = load("3 1000\n4 2000\n9 3000\n", 9);

	(void)state;
	check(&switches, 0, 1000);
	check(&switches, 1, 1000);
	check(&switches, 3, 1000);
	check(&switches, 4, 2000);
	check(&switches, 5, 3000);
	check(&switches, 9, 3000);
	check(&switches, 10, 3000);
	switches_release(&switches);
}

static void without_a_line_current_tells(void **state)
{
	int64_t before = timestamp_now() * NANOSECONDS_PER_MILLISECOND - NANOSECONDS_PER_SECOND;
	struct switches none = load(NULL, 7), behind = load("3 1000\n", 7);

	(void)state;
	assert_true(switches_time(&none, 1) > before);
	assert_true(switches_time(&none, 7) > before);
	assert_true(switches_time(&behind, 4) > before);
	check(&behind, 3, 1000);
	switches_release(&none);
	switches_release(&behind);
}

static void odd_lines_are_passed_over(void **state)
{
	struct switches switches =
		load("\nx\n3\n2 1000 \n3 1000x\n-1 5\n3 -5\n2 500\n99 700\n3 6", 2);

	(void)state;
	assert_int_equal(switches.count, 1);
	check(&switches, 2, 500);
	switches_release(&switches);
}

/* One more than the greatest number would be the least. */
static void times_that_never_come_are_passed_over(void **state)
{
	struct switches switches =
		load("1 500\n2 9223372036854775807\n3 99999999999999999999\n4 7\n", 4);

	(void)state;
	check(&switches, 1, 500);
	check(&switches, 3, 501);
	check(&switches, 4, 501);
	switches_release(&switches);
}

static void times_go_forward(void **state)
{
	struct switches back = load("1 3000\n2 2000\n3 1000\n", 3);
	struct switches again = load("1 1000\n5 2000\n2 3000\n", 2);

	(void)state;
	check(&back, 1, 3000);
	check(&back, 2, 3001);
	check(&back, 3, 3002);
	/* It was put back to an older list, or killed before it had switched. */
	check(&again, 1, 1000);
	check(&again, 2, 3000);
	switches_release(&back);
	switches_release(&again);
}

static void of_a_long_file_the_end_counts(void **state)
{
	enum { LINES = 20000, WIDTH = 40 };
	_cleanup_free_ char *text = malloc(LINES * WIDTH);
	struct switches switches;
	size_t length = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 1; i <= LINES; i++)
		length += (size_t)snprintf(text + length, WIDTH, "%d %d000000000000\n", i, i);
	switches = load(text, LINES);
	assert_true(switches.count > 5000 && switches.count < LINES);
	check(&switches, LINES, LINES * INT64_C(1000000000000));
	assert_true(switches_time(&switches, 1) == switches.each[0].time);
	switches_release(&switches);
}

static void what_a_mount_shows_late_came_when_it_showed_it(void **state)
{
	struct switches current = load("1 1000\n2 2000\n", 2);
	struct switches next = load("1 1000\n2 2000\n5 3000\n7 4000\n", 7);
	struct switches back = load("1 1000\n2 2000\n7 2500\n", 7);

	(void)state;
	switches_follow(&next, &current, 2, 9000);
	check(&next, 1, 1000);
	check(&next, 2, 2000);
	check(&next, 3, 9000);
	check(&next, 6, 9001);
	/* The clock was set back. */
	switches_follow(&back, &current, 2, 1500);
	check(&back, 7, 2500);
	switches_release(&back);
	back = load("1 1000\n2 2000\n7 2500\n9 2600\n", 9);
	switches_follow(&back, &next, 7, 1500);
	check(&back, 2, 2000);
	assert_true(switches_time(&back, 7) >= 9000);
	assert_true(switches_time(&back, 9) > switches_time(&back, 7));
	switches_release(&current);
	switches_release(&next);
	switches_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_at_once_came_with_the_last),
		cmocka_unit_test(without_a_line_current_tells),
		cmocka_unit_test(odd_lines_are_passed_over),
		cmocka_unit_test(times_that_never_come_are_passed_over),
		cmocka_unit_test(times_go_forward),
		cmocka_unit_test(of_a_long_file_the_end_counts),
		cmocka_unit_test(what_a_mount_shows_late_came_when_it_showed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
