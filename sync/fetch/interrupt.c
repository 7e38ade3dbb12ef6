#include "fetch/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>

#include "common/cleanup.h"
#include "util/duration.h"

/* The clock may have been away while the machine slept: look at it at least that often. */
#define SLICE_MAX 60000

int interrupt_begin(struct interrupt *interrupt, bool hangup)
{
	struct sigaction action;
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	if (hangup)
		(void)sigaddset(&signals, SIGHUP);
	/* A shell's background job is to ignore the terminal's ^C. */
	if (sigaction(SIGINT, NULL, &action) < 0 || action.sa_handler != SIG_IGN)
		(void)sigaddset(&signals, SIGINT);
	interrupt->fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (interrupt->fd < 0)
		return -errno;
	(void)pthread_sigmask(SIG_BLOCK, &signals, &interrupt->before);
	return 0;
}

void interrupt_end(struct interrupt *interrupt)
{
	if (interrupt->fd < 0)
		return;
	(void)close(steal_fd(&interrupt->fd));
	if (!interrupt->stop)
		(void)pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
}

static void look(struct interrupt *interrupt)
{
	struct signalfd_siginfo signal;

	while (interrupt->fd >= 0 &&
	       read(interrupt->fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal.ssi_signo == SIGHUP)
			interrupt->hangup = true;
		else
			interrupt->stop = true;
	}
	if (interrupt->notify)
		notify_alive(interrupt->notify);
}

bool interrupt_stopped(struct interrupt *interrupt)
{
	look(interrupt);
	return interrupt->stop;
}

static int slice(const struct interrupt *interrupt, int64_t left)
{
	int64_t most = SLICE_MAX;

	if (interrupt->notify && interrupt->notify->interval > 0 &&
	    interrupt->notify->interval < most)
		most = interrupt->notify->interval;
	return (int)(left < most ? left : most);
}

int interrupt_sleep(struct interrupt *interrupt, int64_t milliseconds)
{
	int64_t end = steady_now() + milliseconds;

	for (;;) {
		struct pollfd source = {.fd = interrupt->fd, .events = POLLIN};
		int64_t left = end - steady_now();

		if (interrupt_stopped(interrupt))
			return -EINTR;
		if (interrupt->hangup || left <= 0)
			return 0;
		(void)poll(&source, 1, slice(interrupt, left));
	}
}
