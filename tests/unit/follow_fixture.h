/* What the tests of fs/kernel/follow.h share: a locator, a device, a walker and a follower. */
#ifndef ISMAPFS_FOLLOW_FIXTURE_H
#define ISMAPFS_FOLLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kernel/follow.h"

#define WALKER 1001
#define OTHER 1002
#define WORKERS 4

/* More requests than make a walker. */
#define MANY 70

struct fixture {
	struct follow follow;
	struct follow_shared shared;
	int messages[2];
	int device[2]; /* a pipe: it can be read when a byte is in it */
};

static inline int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	assert_int_equal(pipe2(fixture->device, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fixture->messages),
			 0);
	follow_prepare(&fixture->follow, WORKERS, &fixture->shared, fixture->messages[0],
		       fixture->device[0]);
	*state = fixture;
	return 0;
}

static inline int tear_down(void **state)
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

static inline uint32_t walker(struct fixture *fixture)
{
	return atomic_load(&fixture->shared.walker);
}

static inline void ask(struct fixture *fixture, uint32_t thread, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		assert_false(follow_note(&fixture->follow, thread));
}

/* Asks until it is followed, which must be with MANY. */
static inline void walk(struct fixture *fixture, uint32_t thread)
{
	unsigned times = 0;

	while (times++ < MANY && !follow_note(&fixture->follow, thread))
		continue;
	assert_int_equal(walker(fixture), thread);
}

/* Somebody says where the walker runs. */
static inline void locate(struct fixture *fixture)
{
	atomic_store(&fixture->shared.processor, 1);
}

static atomic_uint nudges;

static inline void nudged(int number)
{
	(void)number;
	atomic_fetch_add(&nudges, 1);
}

/* A follower that comes to its end when it was nudged so often behind the end of the run. */
struct follower {
	struct fixture *fixture;
	unsigned nudges;
	pthread_t thread;
	bool may_run_anywhere;
};

static inline void *follows(void *context)
{
	const struct timespec pause = {.tv_nsec = 200000};
	struct follower *follower = context;
	struct follow *follow = &follower->fixture->follow;
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = 0; CPU_COUNT(&set) == 0; i++)
		if (CPU_ISSET(i, &follow->allowed))
			CPU_SET(i, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
	atomic_store(&follow->thread, gettid());
	while (walker(follower->fixture) == WALKER)
		(void)nanosleep(&pause, NULL);
	atomic_store(&nudges, 0);
	while (atomic_load(&nudges) < follower->nudges)
		(void)nanosleep(&pause, NULL);
	follower->may_run_anywhere =
		sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_EQUAL(&set, &follow->allowed);
	follow_leave(follow, WALKER);
	return NULL;
}

/* Walks, with a follower. */
static inline void walk_with(struct fixture *fixture, struct follower *follower)
{
	walk(fixture, WALKER);
	locate(fixture);
	*follower = (struct follower){.fixture = fixture, .nudges = follower->nudges};
	assert_int_equal(pthread_create(&follower->thread, NULL, follows, follower), 0);
}

static inline void join(struct follower *follower)
{
	assert_int_equal(pthread_join(follower->thread, NULL), 0);
	assert_false(follow_is_present(&follower->fixture->follow));
	assert_int_equal(walker(follower->fixture), 0);
}

#endif
