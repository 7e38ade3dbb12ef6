#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* Interrupts the main thread's waiting, and does nothing else. */
#define SIGNAL_NUDGE SIGUSR2

static void nudged(int number)
{
	(void)number;
}

static void waited_for(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGHUP);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGUSR1);
}

void signals_block(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	/* Without SA_RESTART: the wait is to end. */
	const struct sigaction nudge = {.sa_handler = nudged};
	sigset_t set;

	waited_for(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGNAL_NUDGE, &nudge, NULL);
}

/*
 * libfuse's loop waits on a semaphore until a signal interrupts it, and a signal
 * that comes just before the wait is lost: nudge until it has left.
 */
static void end_loop(struct signals *signals)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	/* While the workers still answer: an announcement or a push may be waiting for one. */
	manager_stop(signals->manager);
	refresh_stop(signals->refresh);
	prefetch_stop(signals->prefetch);
	fuse_session_exit(signals->session);
	while (!atomic_load(&signals->loop_left)) {
		(void)pthread_kill(signals->main_thread, SIGNAL_NUDGE);
		(void)nanosleep(&pause, NULL);
	}
}

static void *handle(void *argument)
{
	struct signals *signals = argument;
	sigset_t set;
	int number;

	waited_for(&set);
	for (;;) {
		if (sigwait(&set, &number) != 0)
			continue;
		switch (number) {
		case SIGHUP: refresh_wake(signals->refresh); break;
		case SIGUSR1: counters_show(signals->counters); break;
		default: end_loop(signals); return NULL;
		}
	}
}

int signals_start(struct signals *signals)
{
	int r;

	signals->main_thread = pthread_self();
	r = -pthread_create(&signals->thread, NULL, handle, signals);
	signals->running = r == 0;
	return r;
}

void signals_stop(struct signals *signals)
{
	if (!signals->running)
		return;
	atomic_store(&signals->loop_left, true);
	/* It waits for this signal, blocked, with sigwait(): nothing is terminated.
	 * NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread,cert-pos44-c) */
	(void)pthread_kill(signals->thread, SIGTERM);
	(void)pthread_join(signals->thread, NULL);
	signals->running = false;
}
