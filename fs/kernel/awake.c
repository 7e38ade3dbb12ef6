#include "kernel/awake.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"
#include "common/timestamp.h"

/* Microseconds: what the kernel understands as "don't sleep", and as "no request"
 * (PM_QOS_CPU_LATENCY_DEFAULT_VALUE). */
#define LATENCY_NONE 0
#define LATENCY_ANY 2000000000

void awake_counted(struct awake *awake)
{
	int64_t now = monotonic_now();
	int64_t since = atomic_exchange_explicit(&awake->since, now, memory_order_relaxed);

	if (now - since <= AWAKE_PERIOD && atomic_exchange(&awake->waiting, false))
		(void)sem_post(&awake->wake);
}

/* The kernel takes four bytes of this machine's order for a number. */
static int request_latency(const struct awake *awake, int32_t latency)
{
	ssize_t written = write(awake->fd, &latency, sizeof(latency));

	if (written == (ssize_t)sizeof(latency))
		return 0;
	return log_error_errno(written < 0 ? -errno : -EIO, AWAKE_DEVICE
			       ": can't be written (%m): processors may sleep during a walk");
}

static void pause_for(int milliseconds)
{
	const struct timespec time = {.tv_nsec = milliseconds * 1000000L};

	(void)nanosleep(&time, NULL);
}

/* Until too few requests come, or it has been long enough. */
static int hold(const struct awake *awake, int64_t until)
{
	uint64_t before, asked = atomic_load(&awake->asked);
	int r = request_latency(awake, LATENCY_NONE);

	if (r < 0)
		return r;
	do {
		before = asked;
		pause_for(AWAKE_PERIOD);
		asked = atomic_load(&awake->asked);
	} while (asked - before >= AWAKE_REQUESTS && monotonic_now() < until &&
		 !atomic_load(&awake->stop));
	return request_latency(awake, LATENCY_ANY);
}

static void save_time(struct awake *awake, int64_t now)
{
	awake->saved += (now - awake->ended) / AWAKE_SHARE;
	if (awake->saved > awake->saved_max)
		awake->saved = awake->saved_max;
	awake->ended = now;
}

/* For one walk, if there is time for it. */
static int follow_walk(struct awake *awake)
{
	int64_t began = monotonic_now();
	int r;

	save_time(awake, began);
	if (awake->saved < AWAKE_PERIOD) {
		pause_for(AWAKE_PERIOD * AWAKE_SHARE);
		return 0;
	}
	r = hold(awake, began + awake->saved);
	awake->ended = monotonic_now();
	awake->saved -= awake->ended - began;
	return r;
}

static void *run(void *argument)
{
	struct awake *awake = argument;
	int r = 0;

	while (r == 0) {
		atomic_store(&awake->waiting, true);
		while (sem_wait(&awake->wake) < 0)
			continue;
		if (atomic_load(&awake->stop))
			break;
		r = follow_walk(awake);
	}
	return NULL;
}

int awake_start(struct awake *awake, int fd, int64_t saved_max)
{
	int r;

	if (fd < 0)
		return 0;
	awake->fd = fd;
	awake->saved = saved_max;
	awake->saved_max = saved_max;
	awake->ended = monotonic_now();
	(void)sem_init(&awake->wake, 0, 0);
	r = -pthread_create(&awake->thread, NULL, run, awake);
	awake->running = r == 0;
	return r;
}

void awake_stop(struct awake *awake)
{
	if (!awake->running)
		return;
	atomic_store(&awake->stop, true);
	(void)sem_post(&awake->wake);
	(void)pthread_join(awake->thread, NULL);
	(void)sem_destroy(&awake->wake);
	awake->running = false;
}
