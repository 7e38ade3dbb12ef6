/* The promises of fs/kernel/follow.h, without a kernel that asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <seccomp.h>

#include "follow_fixture.h"

static void who_asks_in_a_run_is_followed(void **state)
{
	struct fixture *fixture = *state;
	struct follow_place place = {0};
	uint32_t told = 0;

	atomic_store(&fixture->shared.processor, 9);
	ask(fixture, WALKER, 10);
	assert_int_equal(walker(fixture), 0);
	walk(fixture, WALKER);
	assert_int_equal(recv(fixture->messages[1], &told, sizeof(told), MSG_DONTWAIT),
			 sizeof(told));
	assert_int_equal(told, WALKER);
	/* Where another one was isn't where this one is. */
	assert_int_equal(atomic_load(&fixture->shared.processor), 0);
	assert_true(follow_is_present(&fixture->follow));
	assert_true(follow_goes_on(&fixture->follow, WALKER, &place));
	assert_false(follow_goes_on(&fixture->follow, OTHER, &place));
	assert_false(follow_goes_on(&fixture->follow, 0, &place));
	/* The kernel's own requests, as to forget a node, are nobody's. */
	ask(fixture, 0, 3);
	assert_int_equal(walker(fixture), WALKER);
	follow_leave(&fixture->follow, WALKER);
	assert_false(follow_is_present(&fixture->follow));
	assert_int_equal(walker(fixture), 0);
}

static void several_are_not(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 10 * MANY; i++) {
		ask(fixture, WALKER, 1);
		ask(fixture, 0, 1);
		ask(fixture, OTHER, 1);
	}
	assert_int_equal(walker(fixture), 0);
	follow_wait(&fixture->follow, 0);
}

static void another_ends_it(void **state)
{
	struct fixture *fixture = *state;
	struct follow_place place = {0};

	walk(fixture, WALKER);
	assert_false(follow_note(&fixture->follow, OTHER));
	assert_int_equal(walker(fixture), 0);
	assert_false(follow_goes_on(&fixture->follow, WALKER, &place));
	/* While the former follower is there, there is no other. */
	ask(fixture, OTHER, 2 * MANY);
	assert_int_equal(walker(fixture), 0);
	follow_leave(&fixture->follow, WALKER);
	walk(fixture, OTHER);
	follow_leave(&fixture->follow, OTHER);
}

/* Who stands by takes over when nothing is asked. */
static void silence_ends_it(void **state)
{
	struct fixture *fixture = *state;
	struct follower follower = {0};

	walk_with(fixture, &follower);
	follow_wait(&fixture->follow, 0);
	join(&follower);
	/* At once again. */
	walk(fixture, WALKER);
	follow_leave(&fixture->follow, WALKER);
}

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Nobody is followed for a second from then on, but then. */
static void assert_rest(struct fixture *fixture, int64_t since)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	follow_leave(&fixture->follow, WALKER);
	while (!follow_note(&fixture->follow, WALKER)) {
		for (unsigned i = 0; i < MANY / 2; i++)
			(void)follow_note(&fixture->follow, 0);
		if (now() - since < 900000)
			(void)nanosleep(&pause, NULL);
		assert_true(now() - since < 60000000);
	}
	assert_true(now() - since >= 999000);
	follow_leave(&fixture->follow, WALKER);
}

/* Requests that nobody takes. */
static void a_starved_follower_rests(void **state)
{
	struct fixture *fixture = *state;
	struct follower follower = {0};
	int64_t since;

	walk_with(fixture, &follower);
	assert_int_equal(write(fixture->device[1], "x", 1), 1);
	since = now();
	follow_wait(&fixture->follow, 0);
	join(&follower);
	assert_rest(fixture, since);
}

/* Where nobody says where the walker runs, following is of no use. */
static void who_is_not_located_is_not_followed_for_long(void **state)
{
	struct fixture *fixture = *state;
	struct follower follower = {0};
	int64_t since;

	walk_with(fixture, &follower);
	atomic_store(&fixture->shared.processor, 0);
	since = now();
	follow_wait(&fixture->follow, 0);
	join(&follower);
	assert_rest(fixture, since);
}

/* A nudge may be lost, and the follower be kept from its processor: one looks on. */
static void a_follower_is_recalled_until_it_has_ended(void **state)
{
	struct fixture *fixture = *state;
	struct follower follower = {.nudges = 5};

	walk_with(fixture, &follower);
	follow_wait(&fixture->follow, 0);
	join(&follower);
	assert_true(follower.may_run_anywhere);
}

/* Notes a request each few hundred microseconds while the walker is followed. It sleeps between
 * them, since on a busy machine who spins is soon kept from its processor. */
static void *asks_slowly(void *context)
{
	const struct timespec pause = {.tv_nsec = 200000};
	struct fixture *fixture = context;

	while (walker(fixture) == WALKER) {
		(void)follow_note(&fixture->follow, WALKER);
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

static void *stands_by(void *context)
{
	struct fixture *fixture = context;

	follow_wait(&fixture->follow, 1);
	return NULL;
}

/* … or takes slowly, so that others wait. */
static void slow_answers_end_it(void **state)
{
	struct fixture *fixture = *state;
	pthread_t asking;
	struct follower follower = {0};
	int64_t since = now();

	walk_with(fixture, &follower);
	assert_int_equal(write(fixture->device[1], "x", 1), 1);
	assert_int_equal(pthread_create(&asking, NULL, asks_slowly, fixture), 0);
	follow_wait(&fixture->follow, 0);
	join(&follower);
	assert_int_equal(pthread_join(asking, NULL), 0);
	assert_rest(fixture, since);
}

/* A walker that asks little, and is answered: that goes on. In one of many tries, as others may
 * take its processor meanwhile. */
static void few_requests_dont_end_it(void **state)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	struct fixture *fixture = *state;
	bool went_on = false;

	for (int try = 0; !went_on && try < 100; try++) {
		pthread_t asking, standing;
		struct follower follower = {0};

		walk_with(fixture, &follower);
		assert_int_equal(pthread_create(&asking, NULL, asks_slowly, fixture), 0);
		assert_int_equal(pthread_create(&standing, NULL, stands_by, fixture), 0);
		(void)nanosleep(&pause, NULL);
		went_on = walker(fixture) == WALKER;
		(void)follow_note(&fixture->follow, OTHER);
		assert_int_equal(pthread_join(asking, NULL), 0);
		assert_int_equal(pthread_join(standing, NULL), 0);
		join(&follower);
	}
	assert_true(went_on);
}

struct standing {
	struct fixture *fixture;
	unsigned number;
	pthread_t thread;
};

static void *stands(void *context)
{
	const struct standing *standing = context;

	follow_wait(&standing->fixture->follow, standing->number);
	return NULL;
}

static void stand_by(struct fixture *fixture, struct standing *standing)
{
	for (unsigned i = 0; i < WORKERS; i++) {
		standing[i] = (struct standing){.fixture = fixture, .number = i};
		assert_int_equal(pthread_create(&standing[i].thread, NULL, stands, &standing[i]),
				 0);
	}
}

static void all_return(struct standing *standing)
{
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_join(standing[i].thread, NULL), 0);
}

static void everybody_is_woken(void **state)
{
	struct fixture *fixture = *state;
	struct standing standing[WORKERS];

	for (int round = 0; round < 50; round++) {
		struct follower follower = {0};

		walk_with(fixture, &follower);
		stand_by(fixture, standing);
		all_return(standing);
		join(&follower);
	}
}

static void the_end_wakes_everybody(void **state)
{
	struct fixture *fixture = *state;
	struct standing standing[WORKERS];
	struct follow_place place = {0};
	struct follower follower = {0};
	pthread_t asking;

	walk_with(fixture, &follower);
	assert_int_equal(pthread_create(&asking, NULL, asks_slowly, fixture), 0);
	stand_by(fixture, standing);
	follow_end(&fixture->follow);
	all_return(standing);
	assert_false(follow_goes_on(&fixture->follow, WALKER, &place));
	(void)follow_note(&fixture->follow, OTHER);
	assert_int_equal(pthread_join(asking, NULL), 0);
	join(&follower);
}

static void without_a_follower_nobody_is_followed(void **state)
{
	struct fixture *fixture = *state;
	int64_t since = now();

	walk(fixture, WALKER);
	follow_fail(&fixture->follow);
	assert_int_equal(walker(fixture), 0);
	assert_false(follow_is_present(&fixture->follow));
	assert_rest(fixture, since);
}

/* In a process of its own, which stays idle and where it is taken. Returns its exit status. */
static int forked(int (*function)(struct fixture *fixture), struct fixture *fixture)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(function(fixture));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int goes_where_the_walker_is(struct fixture *fixture)
{
	cpu_set_t *allowed = &fixture->follow.allowed, set;
	struct follow_place place;
	uint32_t who;
	int last = CPU_SETSIZE - 1, missing = 0;
	unsigned processor;

	while (!CPU_ISSET(last, allowed))
		last--;
	while (CPU_ISSET(missing, allowed))
		missing++;
	if (!follow_begin(&fixture->follow, &who, &place) || who != WALKER ||
	    sched_getscheduler(0) != SCHED_IDLE)
		return 1;
	if (!follow_goes_on(&fixture->follow, WALKER, &place) || place.processor != 0)
		return 2;
	/* A processor that isn't for the driver is none. */
	atomic_store(&fixture->shared.processor, (uint32_t)missing + 1);
	if (!follow_goes_on(&fixture->follow, WALKER, &place) || place.processor != 0)
		return 3;
	atomic_store(&fixture->shared.processor, (uint32_t)last + 1);
	if (!follow_goes_on(&fixture->follow, WALKER, &place) ||
	    place.processor != (uint32_t)last + 1)
		return 4;
	(void)syscall(SYS_getcpu, &processor, NULL, NULL);
	if (processor != (unsigned)last || sched_getaffinity(0, sizeof(set), &set) < 0 ||
	    CPU_COUNT(&set) != 1)
		return 5;
	return 0;
}

static void it_runs_where_the_walker_is(void **state)
{
	struct fixture *fixture = *state;

	walk(fixture, WALKER);
	assert_int_equal(forked(goes_where_the_walker_is, fixture), 0);
	follow_leave(&fixture->follow, WALKER);
}

static int maynt_be_idle(struct fixture *fixture)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct follow_place place;
	uint32_t who;

	if (!filter ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(sched_setscheduler), 0) < 0 ||
	    seccomp_load(filter) < 0)
		return 77;
	seccomp_release(filter);
	if (follow_begin(&fixture->follow, &who, &place) || who != WALKER)
		return 1;
	follow_leave(&fixture->follow, who);
	for (int i = 0; i < 10 * MANY; i++)
		if (follow_note(&fixture->follow, WALKER))
			return 2;
	return 0;
}

static void where_that_is_forbidden_nobody_is_followed(void **state)
{
	struct fixture *fixture = *state;
	int code;

	walk(fixture, WALKER);
	code = forked(maynt_be_idle, fixture);
	follow_leave(&fixture->follow, WALKER);
	if (code == 77)
		skip();
	assert_int_equal(code, 0);
}

/* … and when the process that locates has ended. */
static void without_a_locator_nobody_is_followed(void **state)
{
	struct fixture *fixture = *state;
	struct follow alone;

	follow_prepare(&alone, WORKERS, NULL, -1, fixture->device[0]);
	for (int i = 0; i < 10 * MANY; i++)
		assert_false(follow_note(&alone, WALKER));
	follow_wait(&alone, 0);
	follow_release(&alone);
	(void)close(fixture->messages[1]);
	ask(fixture, WALKER, 10 * MANY);
	assert_int_equal(walker(fixture), 0);
	assert_false(follow_is_present(&fixture->follow));
	/* For ever. */
	follow_fail(&fixture->follow);
	assert_int_equal(atomic_load(&fixture->follow.not_before), INT64_MAX);
}

static void where_the_locator_hears_nothing_nobody_is_followed(void **state)
{
	struct fixture *fixture = *state;
	uint32_t nobody = 0, heard;
	int64_t since = now();

	while (send(fixture->messages[0], &nobody, sizeof(nobody), MSG_DONTWAIT) >= 0)
		continue;
	assert_int_equal(errno, EAGAIN);
	ask(fixture, WALKER, 10 * MANY);
	assert_int_equal(walker(fixture), 0);
	assert_false(follow_is_present(&fixture->follow));
	while (recv(fixture->messages[1], &heard, sizeof(heard), MSG_DONTWAIT) > 0)
		continue;
	assert_rest(fixture, since);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct sigaction nudge = {.sa_handler = nudged};
	const struct CMUnitTest tests[] = {
		TEST(who_asks_in_a_run_is_followed),
		TEST(several_are_not),
		TEST(another_ends_it),
		TEST(silence_ends_it),
		TEST(a_starved_follower_rests),
		TEST(who_is_not_located_is_not_followed_for_long),
		TEST(a_follower_is_recalled_until_it_has_ended),
		TEST(slow_answers_end_it),
		TEST(few_requests_dont_end_it),
		TEST(everybody_is_woken),
		TEST(the_end_wakes_everybody),
		TEST(without_a_follower_nobody_is_followed),
		TEST(it_runs_where_the_walker_is),
		TEST(where_that_is_forbidden_nobody_is_followed),
		TEST(without_a_locator_nobody_is_followed),
		TEST(where_the_locator_hears_nothing_nobody_is_followed),
	};

	(void)sigaction(FOLLOW_NUDGE, &nudge, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
