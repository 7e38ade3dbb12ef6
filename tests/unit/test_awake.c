/* The promises of fs/awake.h, with a pipe in the device's stead. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "awake.h"

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

static void start(struct trial *trial, int64_t saved_max)
{
	*trial = (struct trial){0};
	assert_return_code(pipe2(trial->device, O_CLOEXEC), errno);
	assert_int_equal(awake_start(&trial->awake, trial->device[1], saved_max), 0);
}

static void stop(struct trial *trial)
{
	awake_stop(&trial->awake);
	(void)close(trial->device[0]);
	(void)close(trial->device[1]);
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
	struct trial trial;

	(void)state;
	start(&trial, AWAKE_SAVED_MAX);
	for (int i = 0; i < 3; i++) {
		walk_until_written(&trial);
		assert_int_equal(written(&trial), 0);
		assert_int_equal(written(&trial), SLEEP_AS_YOU_LIKE);
	}
	assert_false(is_written(&trial, GRACE));
	stop(&trial);
}

static void single_requests_dont(void **state)
{
	struct trial trial;

	(void)state;
	start(&trial, AWAKE_SAVED_MAX);
	ask(&trial, AWAKE_REQUESTS - 1);
	for (unsigned i = 0; i < 3 * AWAKE_REQUESTS; i++) {
		ask(&trial, 1);
		pause_for(2 * AWAKE_PERIOD / AWAKE_REQUESTS + 1);
	}
	assert_false(is_written(&trial, GRACE));
	stop(&trial);
}

static void a_walk_without_end_lets_them_sleep_too(void **state)
{
	struct trial trial;

	(void)state;
	start(&trial, 2 * (int64_t)AWAKE_PERIOD);
	walk_until_written(&trial);
	assert_int_equal(written(&trial), 0);
	walk_until_written(&trial);
	assert_int_equal(written(&trial), SLEEP_AS_YOU_LIKE);
	/* And again, once there is time saved. */
	walk_until_written(&trial);
	assert_int_equal(written(&trial), 0);
	stop(&trial);
}

static int64_t milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Counted, since somebody else may keep this from seeing how long each was. A period may look like
 * half of one to a clock that ticks a hundred times a second. */
static void a_walk_without_end_has_no_more_than_its_share(void **state)
{
	int64_t began = milliseconds(), share;
	struct trial trial;
	int count = 0;

	(void)state;
	start(&trial, AWAKE_PERIOD);
	while (count < 2 || milliseconds() < began + SHARE_TIME) {
		walk_until_written(&trial);
		count += written(&trial) == 0;
	}
	share = AWAKE_PERIOD + (milliseconds() - began) / AWAKE_SHARE;
	assert_in_range(count, 2, share / (AWAKE_PERIOD / 2) + 1);
	stop(&trial);
}

static void the_end_lets_them_sleep(void **state)
{
	struct trial trial;

	(void)state;
	start(&trial, AWAKE_SAVED_MAX);
	walk_until_written(&trial);
	assert_int_equal(written(&trial), 0);
	awake_stop(&trial.awake);
	assert_int_equal(written(&trial), SLEEP_AS_YOU_LIKE);
	awake_stop(&trial.awake);
	stop(&trial);
}

static void a_device_that_refuses_is_left_alone(void **state)
{
	struct awake awake = {0};
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_return_code(fd, errno);
	assert_int_equal(awake_start(&awake, fd, AWAKE_SAVED_MAX), 0);
	for (int i = 0; i < GRACE; i++) {
		for (unsigned j = 0; j < 2 * AWAKE_REQUESTS; j++)
			awake_asked(&awake);
		pause_for(1);
	}
	/* Its thread has ended: nobody waits any more. */
	assert_false(atomic_load(&awake.waiting));
	awake_stop(&awake);
	(void)close(fd);
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
		cmocka_unit_test(a_walk_keeps_processors_awake_and_its_end_lets_them_sleep),
		cmocka_unit_test(single_requests_dont),
		cmocka_unit_test(a_walk_without_end_lets_them_sleep_too),
		cmocka_unit_test(a_walk_without_end_has_no_more_than_its_share),
		cmocka_unit_test(the_end_lets_them_sleep),
		cmocka_unit_test(a_device_that_refuses_is_left_alone),
		cmocka_unit_test(without_a_device_nothing_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
