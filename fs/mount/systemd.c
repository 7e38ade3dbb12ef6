#include "mount/systemd.h"

#include <errno.h>

#include "inode.h"
#include "tree/state_files.h"
#include "common/timestamp.h"

/* How soon a change is told, and the longest pause before a sign of life. Milliseconds. */
#define LOOK_INTERVAL 1000

void manager_open(struct manager *manager, bool wanted)
{
	pthread_condattr_t attributes;

	*manager = (struct manager){.notify = NOTIFY_CLOSED};
	(void)pthread_mutex_init(&manager->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&manager->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (wanted)
		notify_open(&manager->notify);
}

void manager_close(struct manager *manager)
{
	notify_close(&manager->notify);
	(void)pthread_cond_destroy(&manager->changed);
	(void)pthread_mutex_destroy(&manager->lock);
}

/* What the mount shows now, unless that was told already. */
static void tell_status(struct manager *manager)
{
	_cleanup_snapshot_ struct snapshot *snapshot = served_current(manager->served);
	_cleanup_status_ struct status *status = served_status(manager->served);
	const struct generations *generations = &snapshot->generations;
	char day[DAY_TEXT_SIZE], checked[TIMESTAMP_TEXT_SIZE];

	if (manager->ready && status->generation == manager->generation &&
	    status->serial == manager->serial && status->stale == manager->stale)
		return;
	manager->generation = status->generation;
	manager->serial = status->serial;
	manager->stale = status->stale;
	day_format(generations->days[generations->day_count - 1].day, day);
	if (status->last_success <= 0) {
		notify_status(&manager->notify, "Generation %u, list of %s, never checked.",
			      status->generation, day);
		return;
	}
	timestamp_format(status->last_success, checked);
	if (status->stale)
		notify_status(
			&manager->notify,
			"Generation %u, list of %s, checked at %s; stale, so there is no fresh/.",
			status->generation, day, checked);
	else
		notify_status(&manager->notify, "Generation %u, list of %s, checked at %s.",
			      status->generation, day, checked);
}

/* false: the thread is to end. */
static bool wait_for_greeting(struct manager *manager)
{
	bool go_on;

	(void)pthread_mutex_lock(&manager->lock);
	while (!manager->stop && !manager->greeted)
		(void)pthread_cond_wait(&manager->changed, &manager->lock);
	go_on = !manager->stop;
	(void)pthread_mutex_unlock(&manager->lock);
	return go_on;
}

/* Likewise. */
static bool wait_for_look(struct manager *manager)
{
	int64_t wanted = manager->notify.interval;
	int64_t at =
		monotonic_now() + (wanted > 0 && wanted < LOOK_INTERVAL ? wanted : LOOK_INTERVAL);
	const struct timespec until = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000};
	bool go_on;

	(void)pthread_mutex_lock(&manager->lock);
	while (!manager->stop &&
	       pthread_cond_timedwait(&manager->changed, &manager->lock, &until) != ETIMEDOUT)
		continue;
	go_on = !manager->stop;
	(void)pthread_mutex_unlock(&manager->lock);
	return go_on;
}

/*
 * Whether a request could be answered: by the same locks, connection and status
 * as a worker's. Not through the mount itself: a thread that waits there for its
 * own process's answer can't even be killed, and keeps a dead driver's mount.
 */
static bool can_answer(struct manager *manager)
{
	struct view view;

	if (served_view(manager->served, 0, INODE_ROOT_NUMBER, &view) < 0)
		return false;
	view_close(&view);
	return true;
}

static void *attend(void *argument)
{
	struct manager *manager = argument;

	if (!wait_for_greeting(manager))
		return NULL;
	do {
		if (!can_answer(manager))
			continue;
		tell_status(manager);
		if (!manager->ready)
			notify_send(&manager->notify, "READY=1");
		manager->ready = true;
		notify_alive(&manager->notify);
	} while (wait_for_look(manager));
	return NULL;
}

int manager_start(struct manager *manager, struct served *served)
{
	int r;

	if (manager->notify.fd < 0)
		return 0;
	manager->served = served;
	r = -pthread_create(&manager->thread, NULL, attend, manager);
	manager->running = r == 0;
	return r;
}

void manager_greeted(struct manager *manager)
{
	(void)pthread_mutex_lock(&manager->lock);
	manager->greeted = true;
	(void)pthread_cond_signal(&manager->changed);
	(void)pthread_mutex_unlock(&manager->lock);
}

void manager_stop(struct manager *manager)
{
	if (!manager->running)
		return;
	(void)pthread_mutex_lock(&manager->lock);
	manager->stop = true;
	(void)pthread_cond_signal(&manager->changed);
	(void)pthread_mutex_unlock(&manager->lock);
	(void)pthread_join(manager->thread, NULL);
	manager->running = false;
	notify_send(&manager->notify, "STOPPING=1");
}
