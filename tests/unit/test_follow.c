/* The promises of fs/kernel/follow.h, without a kernel that asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel/follow.h"

#define WALKER 1001
#define OTHER 1002

/* More requests than make a walker. */
#define MANY 70

struct fixture {
	struct follow follow;
	struct follow_shared shared;
	int messages[2];
	int device[2]; /* a pipe: it can be read when a byte is in it */
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	assert_int_equal(pipe2(fixture->device, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fixture->messages),
			 0);
	assert_int_equal(follow_prepare(&fixture->follow, &fixture->shared, fixture->messages[0],
					fixture->device[0]),
			 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	follow_release(&fixture->follow);
	for (int i = 0; i < 2; i++) {
		(void)close(fixture->messages[i]);
		(void)close(fixture->device[i]);
	}
	free(fixture);
	return 0;
}

static uint32_t walker(struct fixture *fixture)
{
	return atomic_load(&fixture->shared.walker);
}

static void ask(struct fixture *fixture, uint32_t thread, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		assert_false(follow_note(&fixture->follow, thread));
}

static void who_asks_in_a_run_is_followed(void **state)
{
	struct fixture *fixture = *state;
	uint32_t told = 0;

	ask(fixture, WALKER, 10);
	assert_int_equal(walker(fixture), 0);
	ask(fixture, WALKER, MANY);
	assert_int_equal(walker(fixture), WALKER);
	assert_int_equal(recv(fixture->messages[1], &told, sizeof(told), MSG_DONTWAIT),
			 sizeof(told));
	assert_int_equal(told, WALKER);
	/* The kernel's own requests, as to forget a node, are nobody's. */
	ask(fixture, 0, 3);
	assert_int_equal(walker(fixture), WALKER);
	/* It is its turn at once. */
	assert_false(follow_wait(&fixture->follow, true));
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
	assert_false(follow_wait(&fixture->follow, false));
}

static void another_ends_it(void **state)
{
	struct fixture *fixture = *state;

	ask(fixture, WALKER, MANY);
	assert_true(follow_note(&fixture->follow, OTHER));
	assert_int_equal(walker(fixture), 0);
	assert_false(follow_note(&fixture->follow, WALKER));
	ask(fixture, OTHER, MANY);
	assert_int_equal(walker(fixture), OTHER);
}

/* Who stands by takes over when nothing is answered. */
static void silence_ends_it(void **state)
{
	struct fixture *fixture = *state;

	ask(fixture, WALKER, MANY);
	assert_true(follow_wait(&fixture->follow, false));
	assert_int_equal(walker(fixture), 0);
	ask(fixture, WALKER, MANY);
	assert_int_equal(walker(fixture), WALKER);
}

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Requests that nobody takes: then nobody is followed for a second. */
static void a_starved_follower_rests(void **state)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	struct fixture *fixture = *state;
	int64_t before;

	ask(fixture, WALKER, MANY);
	assert_int_equal(write(fixture->device[1], "x", 1), 1);
	before = now();
	assert_true(follow_wait(&fixture->follow, false));
	while (walker(fixture) == 0) {
		ask(fixture, WALKER, MANY);
		assert_int_equal(nanosleep(&pause, NULL), 0);
	}
	assert_true(now() - before >= 1000);
}

static void *waits_as_follower(void *follow)
{
	return follow_wait(follow, true) ? follow : NULL;
}

static void *waits_as_other(void *follow)
{
	return follow_wait(follow, false) ? follow : NULL;
}

/* All that wait are woken, and one of those who stood by says that it ended the following. */
static void everybody_is_woken(void **state)
{
	struct fixture *fixture = *state;
	pthread_t follower, others[4];
	unsigned said = 0;
	void *result;

	assert_int_equal(pthread_create(&follower, NULL, waits_as_follower, &fixture->follow), 0);
	ask(fixture, WALKER, MANY);
	assert_int_equal(pthread_join(follower, &result), 0);
	assert_null(result);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&others[i], NULL, waits_as_other, &fixture->follow),
				 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(others[i], &result), 0);
		said += result != NULL;
	}
	assert_int_equal(said, 1);
	assert_int_equal(pthread_create(&follower, NULL, waits_as_follower, &fixture->follow), 0);
	follow_end(&fixture->follow);
	assert_int_equal(pthread_join(follower, NULL), 0);
}

/* In a process of its own, which stays idle. */
static void it_runs_where_the_walker_is(void **state)
{
	struct fixture *fixture = *state;
	cpu_set_t all;
	pid_t child;
	int status, last = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	while (last + 1 < CPU_SETSIZE && !CPU_ISSET(last, &all))
		last++;
	child = fork();
	if (child == 0) {
		uint32_t at = 0;
		unsigned processor;

		follow_become_idle(&fixture->follow);
		follow_move(&fixture->follow, &at);
		if (at != 0)
			_exit(1);
		atomic_store(&fixture->shared.processor, (uint32_t)last + 1);
		follow_move(&fixture->follow, &at);
		(void)syscall(SYS_getcpu, &processor, NULL, NULL);
		_exit(at == (uint32_t)last + 1 && processor == (unsigned)last &&
				      sched_getscheduler(0) == SCHED_IDLE
			      ? 0
			      : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void without_a_locator_nobody_is_followed(void **state)
{
	struct fixture *fixture = *state;
	struct follow alone;

	assert_int_equal(follow_prepare(&alone, NULL, -1, fixture->device[0]), 0);
	for (int i = 0; i < 10 * MANY; i++)
		assert_false(follow_note(&alone, WALKER));
	assert_false(follow_wait(&alone, false));
	follow_release(&alone);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_asks_in_a_run_is_followed),
		TEST(several_are_not),
		TEST(another_ends_it),
		TEST(silence_ends_it),
		TEST(a_starved_follower_rests),
		TEST(everybody_is_woken),
		TEST(it_runs_where_the_walker_is),
		TEST(without_a_locator_nobody_is_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
