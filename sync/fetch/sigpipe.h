/*
 * Keeping SIGPIPE away. Told to leave signals alone, libcurl doesn't, and
 * OpenSSL raises it when a server hangs up. Held back in this thread only, so
 * that other threads, and the program's own pipes, are as they were.
 */
#ifndef ISMAPFS_SIGPIPE_H
#define ISMAPFS_SIGPIPE_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

static inline void hold_sigpipe(sigset_t *before)
{
	sigset_t sigpipe;

	(void)sigemptyset(&sigpipe);
	(void)sigaddset(&sigpipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &sigpipe, before);
}

static inline void release_sigpipe(sigset_t *before)
{
	const struct timespec at_once = {0};
	sigset_t sigpipe;

	(void)sigemptyset(&sigpipe);
	(void)sigaddset(&sigpipe, SIGPIPE);
	if (sigismember(before, SIGPIPE) == 0)
		(void)sigtimedwait(&sigpipe, NULL, &at_once);
	(void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

#define _cleanup_sigpipe_ __attribute__((cleanup(release_sigpipe)))

#endif
