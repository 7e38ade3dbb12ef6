/* The promises of sync/retry.h, on a clock that the tests set. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "util/duration.h"
#include "fetch/retry.h"

static int64_t now; /* milliseconds */

/* In the C library's stead: what steady_now() asks. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){.tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000};
	return 0;
}

static int begin(void **state)
{
	(void)state;
	now = 1000000;
	return 0;
}

static void pauses_double_up_to_the_longest(void **state)
{
	static const int64_t pauses[] = {2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
	struct retry retry;
	int64_t delay;

	(void)state;
	retry_begin(&retry, 100, 2000);
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		assert_true(retry_again(&retry, -EAGAIN, 0, &delay));
		assert_in_range(delay, pauses[i] * 3 / 4, pauses[i] * 5 / 4);
		assert_int_equal(retry.done, i + 1);
	}
}

static void so_often_and_no_more(void **state)
{
	struct retry retry;
	int64_t delay;

	(void)state;
	retry_begin(&retry, 2, 10);
	assert_true(retry_again(&retry, -EAGAIN, 0, &delay));
	assert_true(retry_again(&retry, -EAGAIN, 0, &delay));
	assert_false(retry_again(&retry, -EAGAIN, 0, &delay));
	retry_begin(&retry, 0, 10);
	assert_false(retry_again(&retry, -EAGAIN, 0, &delay));
}

static void what_does_not_get_better(void **state)
{
	static const int temporary[] = {-EAGAIN, -ETIMEDOUT, -ECONNREFUSED, -ECONNRESET,
					-EHOSTUNREACH};
	static const int for_good[] = {-ENOENT,	 -EACCES,	-EINVAL, -EFBIG,
				       -EBADMSG, -EKEYREJECTED, -EPROTO, -EOPNOTSUPP,
				       -ENOMEM,	 -EINTR,	-EISDIR};
	struct retry retry;
	int64_t delay;

	(void)state;
	for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
		retry_begin(&retry, 4, 2000);
		assert_true(retry_again(&retry, temporary[i], 0, &delay));
	}
	for (size_t i = 0; i < sizeof(for_good) / sizeof(for_good[0]); i++) {
		retry_begin(&retry, 4, 2000);
		assert_false(retry_again(&retry, for_good[i], 0, &delay));
	}
}

static void never_sooner_than_the_server_asks(void **state)
{
	struct retry retry;
	int64_t delay;

	(void)state;
	for (int i = 0; i < 200; i++) {
		retry_begin(&retry, 4, 2000);
		assert_true(retry_again(&retry, -EAGAIN, 30, &delay));
		assert_in_range(delay, 30000, 30000 + 2500 / 4);
		assert_int_equal(retry.asked, 30000);
	}
	/* Our own pause is the longer one. */
	retry_begin(&retry, 4, 40000);
	assert_true(retry_again(&retry, -EAGAIN, 1, &delay));
	assert_in_range(delay, 30000, 50000);
}

static void too_long_is_not_waited_for(void **state)
{
	struct retry retry;
	int64_t delay;

	(void)state;
	retry_begin(&retry, 4, 2000);
	assert_true(retry_again(&retry, -EAGAIN, 120, &delay));
	retry_begin(&retry, 4, 2000);
	assert_false(retry_again(&retry, -EAGAIN, 121, &delay));
	assert_int_equal(retry.asked, 121000);
}

static void nonsense_is_bounded(void **state)
{
	struct retry retry;
	int64_t delay;

	(void)state;
	retry_begin(&retry, 4, 2000);
	assert_true(retry_again(&retry, -EAGAIN, -5, &delay));
	assert_int_equal(retry.asked, 0);
	retry_begin(&retry, 4, 2000);
	assert_false(retry_again(&retry, -EAGAIN, INT64_MAX, &delay));
	assert_int_equal(retry.asked, DURATION_MAX / 1000 * 1000);
	retry_begin(&retry, 4, 2000);
	assert_true(retry_again(&retry, -EAGAIN, INT64_MIN, &delay));
}

static void it_all_ends(void **state)
{
	struct retry retry;
	int64_t delay;
	int attempts = 1;

	(void)state;
	retry_begin(&retry, RETRY_COUNT_MAX, 2000);
	while (retry_again(&retry, -EAGAIN, 0, &delay)) {
		now += delay;
		attempts++;
		assert_true(now <= 1000000 + RETRY_TIME_MAX);
	}
	assert_in_range(attempts, 10, RETRY_COUNT_MAX);
	/* No attempt is begun that there is no time for, and none is given more than is left. */
	retry_begin(&retry, 4, 2000);
	assert_int_equal(retry_time_limit(&retry, 600), 600);
	now += RETRY_TIME_MAX - 30000;
	assert_int_equal(retry_time_limit(&retry, 600), 30);
	assert_false(retry_again(&retry, -EAGAIN, 40, &delay));
	now += 40000;
	assert_int_equal(retry_time_limit(&retry, 600), 1);
	assert_false(retry_again(&retry, -EAGAIN, 0, &delay));
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pauses_double_up_to_the_longest),
		TEST(so_often_and_no_more),
		TEST(what_does_not_get_better),
		TEST(never_sooner_than_the_server_asks),
		TEST(too_long_is_not_waited_for),
		TEST(nonsense_is_bounded),
		TEST(it_all_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
