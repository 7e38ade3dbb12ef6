#include "kernel/follow.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* How many requests in a row make a walker. Beginning to follow, and ending it, costs about as much
 * as two of them. */
#define RUN_MIN 64

/* How long nobody is followed after the follower was kept from its processor, in milliseconds. */
#define REST 1000

/* How often who stands by looks, in nanoseconds. The others take over when nothing was answered
 * since, or after several such moments with few answers and requests that wait. */
#define PATIENCE 1000000
#define FEW 10
#define STARVED_MAX 3

#define SECOND 1000000000

int follow_prepare(struct follow *follow, struct follow_shared *shared, int messages, int device)
{
	pthread_condattr_t attributes;
	int r;

	*follow = (struct follow){
		.shared = shared,
		.messages = messages,
		.device = device,
	};
	r = -pthread_mutex_init(&follow->lock, NULL);
	if (r < 0)
		return r;
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	r = -pthread_cond_init(&follow->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (r < 0)
		(void)pthread_mutex_destroy(&follow->lock);
	return r;
}

void follow_release(struct follow *follow)
{
	(void)pthread_cond_destroy(&follow->changed);
	(void)pthread_mutex_destroy(&follow->lock);
}

/* What is waited for was changed before. */
static void tell(struct follow *follow)
{
	(void)pthread_mutex_lock(&follow->lock);
	(void)pthread_cond_broadcast(&follow->changed);
	(void)pthread_mutex_unlock(&follow->lock);
}

void follow_end(struct follow *follow)
{
	atomic_store(&follow->ended, true);
	tell(follow);
}

void follow_become_idle(struct follow *follow)
{
	const struct sched_param none = {0};

	if (sched_setscheduler(0, SCHED_IDLE, &none) < 0)
		atomic_store(&follow->not_before, INT64_MAX);
}

/* Milliseconds, of no matter when. */
static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static uint32_t walker_of(struct follow *follow)
{
	return follow->shared ? atomic_load(&follow->shared->walker) : 0;
}

static bool must_wait(struct follow *follow, bool follower)
{
	return !atomic_load(&follow->ended) && (walker_of(follow) != 0) != follower;
}

/* Returns whether this call did it. */
static bool stop_following(struct follow *follow, uint32_t walker)
{
	if (!atomic_compare_exchange_strong(&follow->shared->walker, &walker, 0))
		return false;
	atomic_store(&follow->run, 0);
	tell(follow);
	return true;
}

static void start_following(struct follow *follow, uint32_t walker)
{
	uint32_t nobody = 0;

	atomic_store(&follow->run, 0);
	if (now() < atomic_load(&follow->not_before))
		return;
	atomic_store(&follow->shared->processor, 0);
	if (!atomic_compare_exchange_strong(&follow->shared->walker, &nobody, walker))
		return;
	tell(follow);
	/* Should nobody read them: the follower stays where it is, which is only slower. */
	(void)send(follow->messages, &walker, sizeof(walker), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Requests that nobody takes: the follower is kept from its processor. */
static bool is_starved(const struct follow *follow)
{
	struct pollfd device = {.fd = follow->device, .events = POLLIN};

	return poll(&device, 1, 0) == 1 && (device.revents & POLLIN);
}

/* Waits with the lock held, at most as long as the others may answer nothing. Returns whether that
 * passed. */
static bool wait_a_moment(struct follow *follow)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += PATIENCE;
	if (until.tv_nsec >= SECOND) {
		until.tv_nsec -= SECOND;
		until.tv_sec++;
	}
	return pthread_cond_timedwait(&follow->changed, &follow->lock, &until) == ETIMEDOUT;
}

/* How the follower did for a moment. */
enum moment {
	MOMENT_FINE,
	MOMENT_STARVED, /* requests waited for it, and it answered few or none */
	MOMENT_SILENT,	/* nobody asked: the walker has ended, or is busy */
};

static enum moment judge(const struct follow *follow, unsigned answered)
{
	if (answered >= FEW)
		return MOMENT_FINE;
	if (is_starved(follow))
		return MOMENT_STARVED;
	return answered > 0 ? MOMENT_FINE : MOMENT_SILENT;
}

/* With the lock held: stands by, as the one who looks whether requests are answered. Returns when
 * it is its turn, or when they aren't. */
static enum moment watch(struct follow *follow)
{
	unsigned starved = 0, before, answered;
	enum moment moment = MOMENT_FINE;

	follow->watched = true;
	while (must_wait(follow, false)) {
		before = atomic_load(&follow->served);
		if (!wait_a_moment(follow))
			continue;
		answered = atomic_load(&follow->served) - before;
		moment = judge(follow, answered);
		starved = moment == MOMENT_STARVED ? starved + 1 : 0;
		if (moment == MOMENT_SILENT || (starved > 0 && answered == 0) ||
		    starved == STARVED_MAX)
			break;
	}
	follow->watched = false;
	return moment;
}

bool follow_wait(struct follow *follow, bool follower)
{
	uint32_t walker = walker_of(follow);
	enum moment moment = MOMENT_FINE;

	if (!must_wait(follow, follower))
		return false;
	(void)pthread_mutex_lock(&follow->lock);
	while (must_wait(follow, follower) && (follower || follow->watched))
		(void)pthread_cond_wait(&follow->changed, &follow->lock);
	if (must_wait(follow, follower))
		moment = watch(follow);
	(void)pthread_mutex_unlock(&follow->lock);
	if (!must_wait(follow, follower))
		return false;
	if (moment == MOMENT_STARVED)
		atomic_store(&follow->not_before, now() + REST);
	return stop_following(follow, walker);
}

void follow_move(struct follow *follow, uint32_t *at)
{
	uint32_t processor = atomic_load(&follow->shared->processor);
	cpu_set_t set;

	if (processor == 0 || processor == *at || processor > CPU_SETSIZE)
		return;
	*at = processor;
	CPU_ZERO(&set);
	CPU_SET(processor - 1, &set);
	/* Where it may not run, it stays where it is. */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* While somebody is followed: another's request ends that. */
static bool note_followed(struct follow *follow, uint32_t walker, uint32_t thread)
{
	if (thread != walker)
		return stop_following(follow, walker);
	atomic_fetch_add_explicit(&follow->served, 1, memory_order_relaxed);
	return false;
}

bool follow_note(struct follow *follow, uint32_t thread)
{
	uint32_t walker = walker_of(follow);

	if (!follow->shared || thread == 0)
		return false;
	if (walker != 0)
		return note_followed(follow, walker, thread);
	if (atomic_exchange(&follow->last, thread) != thread)
		atomic_store(&follow->run, 0);
	else if (atomic_fetch_add(&follow->run, 1) >= RUN_MIN)
		start_following(follow, thread);
	return false;
}
