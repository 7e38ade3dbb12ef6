/*
 * Signals are handled in a thread of their own, which may take locks, print and wait.
 */
#ifndef ISMAPFS_SIGNALS_H
#define ISMAPFS_SIGNALS_H

#include <pthread.h>
#include <stdbool.h>

#include "kernel/prefetch.h"
#include "kernel/refresh.h"
#include "kernel/workers.h"
#include "mount/helpers/guardian.h"
#include "mount/systemd.h"

struct signals {
	struct workers *workers;
	struct refresh *refresh;
	struct announcing *announcing;
	struct prefetch *prefetch;
	struct systemd *systemd;
	const struct guardian *guardian;
	struct counters *counters;
	pthread_t thread;
	bool running;
};

/* Blocks the signals that the thread waits for. Call it before any thread starts: all inherit it.
 */
void signals_block(void);

/*
 * Starts the thread. INT and TERM stop systemd, refresh, announcing and prefetch, then
 * end the workers. HUP makes refresh look at the store. USR1 shows the counters. When the
 * guardian ends, prefetch is stopped. All in *signals must outlive the thread.
 * Returns 0 or -errno.
 */
int signals_start(struct signals *signals);

/* Stops the thread. Call it when the workers have ended, for whatever reason. */
void signals_stop(struct signals *signals);

#endif
