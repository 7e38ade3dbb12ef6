#include "kernel/announcing.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>

#include "common/log.h"
#include "common/timestamp.h"

/* After so many milliseconds the kernel has all answers that were under way during a switch. */
#define REPEAT_DELAY 1000

/* How long to wait for requests that still use an old snapshot. Milliseconds. */
#define DRAIN_MAX 1000

/* Milliseconds between looks while the kernel hasn't taken all. */
#define LOOK_INTERVAL 100

/* Ends the mount: what the kernel has cached is wrong. */
static void give_up(struct announcing *announcing, const struct snapshot *newest, int error)
{
	struct driver *driver = announcing->driver;
	const char *path = newest->pool.path;

	if (error == -ECANCELED)
		return;
	if (error == -EOPNOTSUPP)
		log_error(
			"%s: %s. What the kernel has cached is wrong now, so the tree is unmounted: mount it again.",
			path, _("its history begins after the list shown here"));
	else if (error == -ETIMEDOUT)
		log_error(
			"%s: %s. What the kernel has cached is wrong now, so the tree is unmounted: mount it again.",
			path,
			_("for ten seconds the kernel could not be told what changed: a process keeps a directory locked that it lists"));
	else
		log_error(
			"%s: %s. What the kernel has cached is wrong now, so the tree is unmounted: mount it again.",
			path, _("what changed can't be determined"));
	driver_end(driver, error == -ETIMEDOUT ? DRIVER_STUCK : DRIVER_REPLACED);
	/* The mount ends: nothing is left to be announced. */
	atomic_store(&announcing->stop, true);
}

/* Waits until no request uses an old snapshot any more. */
static void drain(struct announcing *announcing)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = monotonic_now() + DRAIN_MAX;

	while (views_old_in_use(&announcing->driver->views) && monotonic_now() < until &&
	       !atomic_load(&announcing->stop))
		(void)nanosleep(&pause, NULL);
}

/* Announces at once, so that no reader waits for the slowest request; and again when the answers
 * that were under way have arrived, since they may bring back what the kernel was told to forget.
 */
static int announce(struct announcing *announcing, struct snapshot *newest)
{
	bool under_way = views_old_in_use(&announcing->driver->views);
	int r = announce_snapshot(&announcing->announcer, announcing->announced, newest);

	if (r < 0 || !under_way)
		return r;
	drain(announcing);
	return announce_snapshot(&announcing->announcer, announcing->announced, newest);
}

static int repeat_when_due(struct announcing *announcing)
{
	if (announcing->repeat_at == 0 || monotonic_now() < announcing->repeat_at)
		return 0;
	announcing->repeat_at = 0;
	return announce_directories_again(&announcing->announcer, announcing->announced,
					  announcing->repeat_from);
}

/* Announces the newest snapshot, if the kernel doesn't know it yet. */
static int follow_views(struct announcing *announcing)
{
	struct views *views = &announcing->driver->views;
	_cleanup_snapshot_ struct snapshot *newest = views_snapshot(views);
	struct snapshot *older = announcing->announced;
	int r;

	if (newest == older)
		return repeat_when_due(announcing);
	r = announce(announcing, newest);
	/* A repetition that is still due begins where it was to begin. */
	if (announcing->repeat_at == 0)
		announcing->repeat_from = older->generation;
	announcing->repeat_at = monotonic_now() + REPEAT_DELAY;
	announcing->announced = snapshot_reference(newest);
	snapshot_release(older);
	/* Not what the next announcement begins with. */
	views_retire_old(views, newest);
	return r;
}

/* How long to wait at most; -1: until another snapshot is shown. */
static int next_look(const struct announcing *announcing)
{
	if (!announce_is_done(&announcing->announcer))
		return LOOK_INTERVAL;
	return announcing->repeat_at != 0 ? REPEAT_DELAY : -1;
}

static int wait_for_change(struct announcing *announcing)
{
	struct pollfd wake = {.fd = announcing->wake_fd, .events = POLLIN};
	int interval = next_look(announcing);
	eventfd_t number;

	if (poll(&wake, 1, interval) != 0) {
		(void)eventfd_read(announcing->wake_fd, &number);
		return 0;
	}
	return announce_pass_time(&announcing->announcer, interval);
}

static void *attend(void *argument)
{
	struct announcing *announcing = argument;

	while (!atomic_load(&announcing->stop)) {
		int r = wait_for_change(announcing);

		if (r == 0)
			r = follow_views(announcing);
		if (r < 0)
			give_up(announcing, announcing->announced, r);
	}
	return NULL;
}

int announcing_start(struct announcing *announcing, struct driver *driver)
{
	int r;

	announcing->driver = driver;
	announcing->announcer.counters = &driver->counters;
	announcing->announcer.stop = &announcing->stop;
	announcing->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (announcing->wake_fd < 0)
		return -errno;
	announcing->announced = views_snapshot(&driver->views);
	r = -pthread_create(&announcing->thread, NULL, attend, announcing);
	announcing->running = r == 0;
	return r;
}

void announcing_wake(struct announcing *announcing)
{
	(void)!eventfd_write(announcing->wake_fd, 1);
}

void announcing_stop(struct announcing *announcing)
{
	if (announcing->running) {
		atomic_store(&announcing->stop, true);
		announcing_wake(announcing);
		(void)pthread_join(announcing->thread, NULL);
		announcing->running = false;
	}
	snapshot_release(announcing->announced);
	announcing->announced = NULL;
	if (announcing->wake_fd >= 0)
		(void)close(steal_fd(&announcing->wake_fd));
}
