#include "mount/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "common/log.h"

static void waited_for(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGHUP);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGUSR1);
	(void)sigaddset(set, SIGCHLD);
}

void signals_block(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;

	waited_for(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

static void end(struct signals *signals)
{
	/* The workers last: pushes may wait for their answers. */
	systemd_stop(signals->systemd);
	refresh_stop(signals->refresh);
	announcing_stop(signals->announcing);
	prefetch_stop(signals->prefetch);
	workers_end(signals->workers);
}

/* Stops pushing when the guardian has died: a driver killed while it pushes would leave its readers
 * hanging. At the end of the mount the guardian's end is no news. */
static void without_guardian(struct signals *signals)
{
	if (!guardian_has_gone(signals->guardian) || workers_ending(signals->workers))
		return;
	prefetch_stop(signals->prefetch);
	log_warning(
		"the process that guards the mount has ended: from now on no files are read ahead, and the driver can't unmount when it ends");
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
		case SIGCHLD: without_guardian(signals); break;
		default: end(signals); return NULL;
		}
	}
}

int signals_start(struct signals *signals)
{
	int r = -pthread_create(&signals->thread, NULL, handle, signals);

	signals->running = r == 0;
	return r;
}

void signals_stop(struct signals *signals)
{
	if (!signals->running)
		return;
	/* The thread waits for this signal with sigwait(), so the process isn't terminated.
	 * NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread,cert-pos44-c) */
	(void)pthread_kill(signals->thread, SIGTERM);
	(void)pthread_join(signals->thread, NULL);
	signals->running = false;
}
