/* The promises of fs/awake.h, with a pipe in the device's stead. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/awake.h"
#include "common/timestamp.h"

#define SLEEP_AS_YOU_LIKE 2000000000

/* Milliseconds in which something must happen, and in which something that mustn't would. */
#define LIMIT 10000
#define GRACE 100

/* In which it is done several times. Likewise. */
#define SHARE_TIME 2000

struct trial {
	struct awake awake;
	int device[2];
};

static int begin(void **state)
{
	struct trial *trial = calloc(1, sizeof(*trial));

	*state = trial;
	return trial ? pipe2(trial->device, O_CLOEXEC) : -1;
}

/* After a failed assertion, too: the thread has what the trial has. */
static int end(void **state)
{
	struct trial *trial = *state;

	awake_stop(&trial->awake);
	(void)close(trial->device[0]);
	(void)close(trial->device[1]);
	free(trial);
	return 0;
}

static void start(struct trial *trial, int64_t saved_max)
{
	assert_int_equal(awake_start(&trial->awake, trial->device[1], saved_max), 0);
}

static void pause_for(long milliseconds)
{
	const struct timespec time = {.tv_nsec = milliseconds * 1000000L};

	(void)nanosleep(&time, NULL);
}

static bool is_written(const struct trial *trial, int milliseconds)
{
	struct pollfd device = {.fd = trial->device[0], .events = POLLIN};

	return poll(&device, 1, milliseconds) == 1;
}

static int32_t written(const struct trial *trial)
{
	int32_t latency = -1;

	assert_true(is_written(trial, LIMIT));
	assert_int_equal(read(trial->device[0], &latency, sizeof(latency)), sizeof(latency));
	return latency;
}

static void ask(struct trial *trial, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		awake_asked(&trial->awake);
}

/* Requests without end, or almost: what is written isn't because they ended. */
static void walk_until_written(struct trial *trial)
{
	for (int i = 0; i < LIMIT && !is_written(trial, 1); i++)
		ask(trial, 2 * AWAKE_REQUESTS);
	assert_true(is_written(trial, 0));
}

static void a_walk_keeps_processors_awake_and_its_end_lets_them_sleep(void **state)
{
	struct trial *trial = *state;

	start(trial, AWAKE_SAVED_MAX);
	for (int i = 0; i < 3; i++) {
		walk_until_written(trial);
		assert_int_equal(written(trial), 0);
		assert_int_equal(written(trial), SLEEP_AS_YOU_LIKE);
	}
	assert_false(is_written(trial, GRACE));
}

static void single_requests_dont(void **state)
{
	struct trial *trial = *state;

	start(trial, AWAKE_SAVED_MAX);
	ask(trial, AWAKE_REQUESTS - 1);
	for (unsigned i = 0; i < 3 * AWAKE_REQUESTS; i++) {
		ask(trial, 1);
		pause_for(2 * AWAKE_PERIOD / AWAKE_REQUESTS + 1);
	}
	assert_false(is_written(trial, GRACE));
}

static void a_walk_without_end_lets_them_sleep_too(void **state)
{
	struct trial *trial = *state;

	start(trial, 2 * (int64_t)AWAKE_PERIOD);
	walk_until_written(trial);
	assert_int_equal(written(trial), 0);
	walk_until_written(trial);
	assert_int_equal(written(trial), SLEEP_AS_YOU_LIKE);
	/* And again, once there is time saved. */
	walk_until_written(trial);
	assert_int_equal(written(trial), 0);
}

/* Counted, since somebody else may keep this from seeing how long each was. A period may look like
 * half of one to a clock that ticks a hundred times a second. */
static void a_walk_without_end_has_no_more_than_its_share(void **state)
{
	int64_t began = monotonic_now(), share;
	struct trial *trial = *state;
	int count = 0;

	start(trial, AWAKE_PERIOD);
	while (count < 2 || monotonic_now() < began + SHARE_TIME) {
		walk_until_written(trial);
		count += written(trial) == 0;
	}
	share = AWAKE_PERIOD + (monotonic_now() - began) / AWAKE_SHARE;
	assert_in_range(count, 2, share / (AWAKE_PERIOD / 2) + 1);
}

static void the_end_lets_them_sleep(void **state)
{
	struct trial *trial = *state;

	start(trial, AWAKE_SAVED_MAX);
	walk_until_written(trial);
	assert_int_equal(written(trial), 0);
	awake_stop(&trial->awake);
	assert_int_equal(written(trial), SLEEP_AS_YOU_LIKE);
	awake_stop(&trial->awake);
}

static void a_device_that_refuses_is_left_alone(void **state)
{
	struct trial *trial = *state;

	(void)close(trial->device[1]);
	trial->device[1] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_return_code(trial->device[1], errno);
	start(trial, AWAKE_SAVED_MAX);
	for (int i = 0; i < GRACE; i++) {
		ask(trial, 2 * AWAKE_REQUESTS);
		pause_for(1);
	}
	/* Its thread has ended: nobody waits any more. */
	assert_false(atomic_load(&trial->awake.waiting));
}

static void without_a_device_nothing_is_done(void **state)
{
	struct awake awake = {0};

	(void)state;
	assert_int_equal(awake_start(&awake, -1, AWAKE_SAVED_MAX), 0);
	for (unsigned i = 0; i < 4 * AWAKE_REQUESTS; i++)
		awake_asked(&awake);
	assert_false(awake.running);
	awake_stop(&awake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_walk_keeps_processors_awake_and_its_end_lets_them_sleep, begin, end),
		cmocka_unit_test_setup_teardown(single_requests_dont, begin, end),
		cmocka_unit_test_setup_teardown(a_walk_without_end_lets_them_sleep_too, begin, end),
		cmocka_unit_test_setup_teardown(a_walk_without_end_has_no_more_than_its_share,
						begin, end),
		cmocka_unit_test_setup_teardown(the_end_lets_them_sleep, begin, end),
		cmocka_unit_test_setup_teardown(a_device_that_refuses_is_left_alone, begin, end),
		cmocka_unit_test(without_a_device_nothing_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
