#include "kernel/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

/* How many requests in a row make a walker. Beginning to follow, and ending it, costs about as much
 * as three of them. */
#define RUN_MIN 64

/* How long nobody is followed after the follower was kept from its processor, in milliseconds. */
#define REST 1000

/* How long one who stands by waits between its looks, in nanoseconds. The workers take over when
 * nothing was asked meanwhile, and when so many moments, one behind the other, were bad: few
 * requests were answered and others waited, or nobody said where the walker runs. */
#define MOMENT 1000000
#define FEW 10
#define BAD_MAX 3

#define SECOND 1000000000

void follow_prepare(struct follow *follow, unsigned workers, struct follow_shared *shared,
		    int messages, int device)
{
	*follow = (struct follow){
		.shared = shared,
		.messages = messages,
		.device = device,
		.workers = workers,
	};
	(void)sched_getaffinity(0, sizeof(follow->allowed), &follow->allowed);
	for (unsigned i = 0; i < workers; i++)
		(void)sem_init(&follow->turns[i], 0, 0);
}

void follow_release(struct follow *follow)
{
	for (unsigned i = 0; i < follow->workers; i++)
		(void)sem_destroy(&follow->turns[i]);
	follow->workers = 0;
}

/* All look whether it is their turn. */
static void wake_workers(struct follow *follow)
{
	for (unsigned i = 0; i < follow->workers; i++)
		(void)sem_post(&follow->turns[i]);
}

void follow_end(struct follow *follow)
{
	/* Whoever looks on sees it in a moment, and wakes the others. */
	atomic_store(&follow->ended, true);
}

/* Milliseconds, of no matter when. */
static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void rest(struct follow *follow)
{
	if (atomic_load(&follow->not_before) < INT64_MAX)
		atomic_store(&follow->not_before, now() + REST);
}

static uint32_t walker_of(struct follow *follow)
{
	return follow->shared ? atomic_load(&follow->shared->walker) : 0;
}

static bool must_wait(struct follow *follow)
{
	return !atomic_load(&follow->ended) && walker_of(follow) != 0;
}

/* Whether one must look on: a former follower may still have a request. */
static bool must_watch(struct follow *follow)
{
	return !atomic_load(&follow->ended) &&
	       (walker_of(follow) != 0 || atomic_load(&follow->present));
}

void follow_recall(struct follow *follow)
{
	pid_t thread = atomic_load(&follow->thread);

	if (thread == 0)
		return;
	(void)sched_setaffinity(thread, sizeof(follow->allowed), &follow->allowed);
	(void)tgkill(getpid(), thread, FOLLOW_NUDGE);
}

/* Returns whether this call did it. */
static bool stop_following(struct follow *follow, uint32_t walker)
{
	if (walker == 0 || !atomic_compare_exchange_strong(&follow->shared->walker, &walker, 0))
		return false;
	atomic_store(&follow->run, 0);
	if (atomic_load(&follow->thread) != gettid())
		follow_recall(follow);
	wake_workers(follow);
	return true;
}

/* Returns whether it will be located. */
static bool tell_locator(struct follow *follow, uint32_t walker)
{
	if (send(follow->messages, &walker, sizeof(walker), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return true;
	if (errno != EAGAIN && atomic_exchange(&follow->not_before, INT64_MAX) != INT64_MAX)
		log_info("who reads can't be located, so that walks are slower: %s",
			 strerror(errno));
	return false;
}

void follow_fail(struct follow *follow)
{
	rest(follow);
	follow_leave(follow, walker_of(follow));
}

static bool start_following(struct follow *follow, uint32_t walker)
{
	atomic_store(&follow->run, 0);
	/* A former one may not have come to its end yet. */
	if (now() < atomic_load(&follow->not_before) || atomic_exchange(&follow->present, true))
		return false;
	atomic_store(&follow->shared->processor, 0);
	/* The locator looks at it when it is told. */
	atomic_store(&follow->shared->walker, walker);
	if (tell_locator(follow, walker))
		return true;
	follow_fail(follow);
	return false;
}

/* Requests that nobody takes: the follower is kept from its processor. */
static bool is_starved(const struct follow *follow)
{
	struct pollfd device = {.fd = follow->device, .events = POLLIN};

	return poll(&device, 1, 0) == 1 && (device.revents & POLLIN);
}

/* Returns whether a moment passed; otherwise it may be the worker's turn. */
static bool wait_a_moment(struct follow *follow, unsigned worker)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += MOMENT;
	if (until.tv_nsec >= SECOND) {
		until.tv_nsec -= SECOND;
		until.tv_sec++;
	}
	return sem_clockwait(&follow->turns[worker], CLOCK_MONOTONIC, &until) < 0 &&
	       errno == ETIMEDOUT;
}

/* How the follower did for a moment. */
enum moment {
	MOMENT_FINE,
	MOMENT_STARVED, /* requests waited for it, and it answered few or none */
	MOMENT_SILENT,	/* nobody asked: the walker has ended, or is busy */
	MOMENT_LOST,	/* nobody says where the walker runs */
};

static enum moment judge(const struct follow *follow, unsigned answered)
{
	if (atomic_load(&follow->shared->processor) == 0)
		return MOMENT_LOST;
	if (answered >= FEW)
		return MOMENT_FINE;
	if (is_starved(follow))
		return MOMENT_STARVED;
	return answered > 0 ? MOMENT_FINE : MOMENT_SILENT;
}

/* Stands by, as the one who looks whether requests are answered, until nobody is followed and the
 * follower has come to its end. */
static void watch(struct follow *follow, unsigned worker)
{
	uint32_t walker = walker_of(follow), now_walker;
	unsigned bad = 0;

	for (; must_watch(follow); walker = now_walker) {
		unsigned before = atomic_load(&follow->served);
		bool passed = wait_a_moment(follow, worker);
		enum moment moment = judge(follow, atomic_load(&follow->served) - before);

		now_walker = walker_of(follow);
		if (now_walker == 0)
			follow_recall(follow);
		if (!passed || now_walker != walker || walker == 0)
			continue;
		bad = moment == MOMENT_FINE || moment == MOMENT_SILENT ? 0 : bad + 1;
		if (moment != MOMENT_SILENT && bad < BAD_MAX)
			continue;
		if (bad > 0)
			rest(follow);
		(void)stop_following(follow, walker);
	}
}

void follow_wait(struct follow *follow, unsigned worker)
{
	/* What woke it while it didn't wait. */
	while (sem_trywait(&follow->turns[worker]) == 0)
		continue;
	while (must_wait(follow)) {
		if (atomic_exchange(&follow->watched, true)) {
			(void)sem_wait(&follow->turns[worker]);
			continue;
		}
		watch(follow, worker);
		atomic_store(&follow->watched, false);
		/* Whoever ended it may not come to waking them. */
		wake_workers(follow);
	}
}

bool follow_note(struct follow *follow, uint32_t thread)
{
	uint32_t walker = walker_of(follow);

	if (!follow->shared || thread == 0)
		return false;
	if (walker == thread)
		atomic_fetch_add_explicit(&follow->served, 1, memory_order_relaxed);
	else if (walker != 0)
		(void)stop_following(follow, walker);
	else if (atomic_exchange(&follow->last, thread) != thread)
		atomic_store(&follow->run, 0);
	else if (atomic_fetch_add(&follow->run, 1) >= RUN_MIN)
		return start_following(follow, thread);
	return false;
}

bool follow_begin(struct follow *follow, uint32_t *walker, struct follow_place *place)
{
	const struct sched_param none = {0};

	*walker = walker_of(follow);
	*place = (struct follow_place){0};
	(void)sched_getaffinity(0, sizeof(place->allowed), &place->allowed);
	atomic_store(&follow->thread, gettid());
	if (sched_setscheduler(0, SCHED_IDLE, &none) == 0)
		return true;
	atomic_store(&follow->not_before, INT64_MAX);
	return false;
}

bool follow_goes_on(struct follow *follow, uint32_t walker, struct follow_place *place)
{
	uint32_t processor = atomic_load(&follow->shared->processor);
	cpu_set_t set;

	if (walker == 0 || walker_of(follow) != walker || atomic_load(&follow->ended))
		return false;
	if (processor == 0 || processor == place->processor || processor > CPU_SETSIZE ||
	    !CPU_ISSET(processor - 1, &place->allowed))
		return true;
	place->processor = processor;
	CPU_ZERO(&set);
	CPU_SET(processor - 1, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
	return true;
}

void follow_leave(struct follow *follow, uint32_t walker)
{
	(void)stop_following(follow, walker);
	atomic_store(&follow->thread, 0);
	atomic_store(&follow->present, false);
}

bool follow_is_present(const struct follow *follow)
{
	return atomic_load(&follow->present);
}
