#include "mount/systemd.h"

#include <errno.h>

#include "common/timestamp.h"
#include "inode.h"
#include "tree/state_files.h"

/* Milliseconds between looks: the delay before a change is told. */
#define LOOK_INTERVAL 1000

void systemd_open(struct systemd *systemd, bool wanted)
{
	pthread_condattr_t attributes;

	*systemd = (struct systemd){.notify = NOTIFY_CLOSED};
	(void)pthread_mutex_init(&systemd->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&systemd->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (wanted)
		notify_open(&systemd->notify);
}

void systemd_close(struct systemd *systemd)
{
	notify_close(&systemd->notify);
	(void)pthread_cond_destroy(&systemd->changed);
	(void)pthread_mutex_destroy(&systemd->lock);
}

/* Tells what the mount shows, unless that was told already. */
static void tell_status(struct systemd *systemd)
{
	_cleanup_snapshot_ struct snapshot *snapshot = views_snapshot(systemd->views);
	_cleanup_state_files_ struct state_files *state_files = views_state_files(systemd->views);
	const struct generations *generations = &snapshot->generations;
	char day[DAY_TEXT_SIZE], checked[TIMESTAMP_TEXT_SIZE];

	if (systemd->ready && state_files->generation == systemd->generation &&
	    state_files->serial == systemd->serial && state_files->reason == systemd->reason)
		return;
	systemd->generation = state_files->generation;
	systemd->serial = state_files->serial;
	systemd->reason = state_files->reason;
	day_format(generations->days[generations->day_count - 1].day, day);
	if (state_files->last_success <= 0) {
		notify_status(&systemd->notify, "Generation %u, list of %s, never checked.",
			      state_files->generation, day);
		return;
	}
	timestamp_format(state_files->last_success, checked);
	if (state_files->reason != STALE_NOT)
		notify_status(
			&systemd->notify,
			"Generation %u, list of %s, checked at %s; stale, so there is no fresh/.",
			state_files->generation, day, checked);
	else
		notify_status(&systemd->notify, "Generation %u, list of %s, checked at %s.",
			      state_files->generation, day, checked);
}

/* Waits for INIT. Returns false when the thread must end. */
static bool wait_for_greeting(struct systemd *systemd)
{
	bool go_on;

	(void)pthread_mutex_lock(&systemd->lock);
	while (!systemd->stop && !systemd->greeted)
		(void)pthread_cond_wait(&systemd->changed, &systemd->lock);
	go_on = !systemd->stop;
	(void)pthread_mutex_unlock(&systemd->lock);
	return go_on;
}

/* Waits until the next look is due. Returns false when the thread must end. */
static bool wait_for_look(struct systemd *systemd)
{
	int64_t wanted = systemd->notify.interval;
	int64_t at =
		monotonic_now() + (wanted > 0 && wanted < LOOK_INTERVAL ? wanted : LOOK_INTERVAL);
	const struct timespec until = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000};
	bool go_on;

	(void)pthread_mutex_lock(&systemd->lock);
	while (!systemd->stop &&
	       pthread_cond_timedwait(&systemd->changed, &systemd->lock, &until) != ETIMEDOUT)
		continue;
	go_on = !systemd->stop;
	(void)pthread_mutex_unlock(&systemd->lock);
	return go_on;
}

/*
 * Whether a request could be answered: takes the same locks and opens the same view as
 * a worker. It doesn't use the mount itself: a thread that waits there for its own
 * process can't even be killed, and keeps a dead driver's mount alive.
 */
static bool can_answer(struct systemd *systemd)
{
	struct view view;

	if (view_open(systemd->views, 0, INODE_ROOT_NUMBER, &view) < 0)
		return false;
	view_close(&view);
	return true;
}

static void *attend(void *argument)
{
	struct systemd *systemd = argument;

	if (!wait_for_greeting(systemd))
		return NULL;
	do {
		if (!can_answer(systemd))
			continue;
		tell_status(systemd);
		if (!systemd->ready)
			notify_send(&systemd->notify, "READY=1");
		systemd->ready = true;
		notify_alive(&systemd->notify);
	} while (wait_for_look(systemd));
	return NULL;
}

int systemd_start(struct systemd *systemd, struct views *views)
{
	int r;

	if (systemd->notify.fd < 0)
		return 0;
	systemd->views = views;
	r = -pthread_create(&systemd->thread, NULL, attend, systemd);
	systemd->running = r == 0;
	return r;
}

void systemd_greeted(struct systemd *systemd)
{
	(void)pthread_mutex_lock(&systemd->lock);
	systemd->greeted = true;
	(void)pthread_cond_signal(&systemd->changed);
	(void)pthread_mutex_unlock(&systemd->lock);
}

void systemd_stop(struct systemd *systemd)
{
	if (!systemd->running)
		return;
	(void)pthread_mutex_lock(&systemd->lock);
	systemd->stop = true;
	(void)pthread_cond_signal(&systemd->changed);
	(void)pthread_mutex_unlock(&systemd->lock);
	(void)pthread_join(systemd->thread, NULL);
	systemd->running = false;
	notify_send(&systemd->notify, "STOPPING=1");
}
