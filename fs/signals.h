/*
 * Signals, in a thread of their own, so that what they cause may take locks,
 * print and wait.
 */
#ifndef ISMAPFS_SIGNALS_H
#define ISMAPFS_SIGNALS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <fuse_lowlevel.h>

#include "manager.h"
#include "prefetch.h"
#include "refresh.h"

struct signals {
	struct fuse_session *session;
	struct refresh *refresh;
	struct prefetch *prefetch;
	struct manager *manager;
	struct counters *counters;
	pthread_t main_thread; /* the one in libfuse's loop */
	atomic_bool loop_left;
	pthread_t thread;
	bool running;
};

/* Blocks what the thread waits for. Before any other thread is made, so that all inherit it. */
void signals_block(void);

/*
 * Starts the thread: INT and TERM stop manager, refresh and prefetch and end the loop that the
 * calling thread is about to enter, HUP makes the refresh look, USR1 shows the
 * counters. Everything in *signals outlives the thread.
 * Returns 0 or a negative errno value.
 */
int signals_start(struct signals *signals);

/* To be called when the loop was left, for whatever reason: stops the refresh if a signal hasn't,
 * and the thread. */
void signals_stop(struct signals *signals);

#endif
