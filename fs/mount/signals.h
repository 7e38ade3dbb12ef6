/*
 * Signals, in a thread of their own, so that what they cause may take locks,
 * print and wait.
 */
#ifndef ISMAPFS_SIGNALS_H
#define ISMAPFS_SIGNALS_H

#include <pthread.h>
#include <stdbool.h>

#include "kernel/prefetch.h"
#include "kernel/refresh.h"
#include "kernel/workers.h"
#include "mount/guardian.h"
#include "mount/systemd.h"

struct signals {
	struct workers *workers;
	struct refresh *refresh;
	struct prefetch *prefetch;
	struct systemd *systemd;
	const struct guardian *guardian;
	struct counters *counters;
	pthread_t thread;
	bool running;
};

/* Blocks what the thread waits for. Before any other thread is made, so that all inherit it. */
void signals_block(void);

/*
 * Starts the thread: INT and TERM stop systemd, refresh and prefetch and end the workers, HUP makes
 * the refresh look, USR1 shows the counters, and when the guardian ends, prefetch does. Everything
 * in *signals outlives the thread. Returns 0 or a negative errno value.
 */
int signals_start(struct signals *signals);

/* To be called when the workers have ended, for whatever reason: stops the thread. */
void signals_stop(struct signals *signals);

#endif
