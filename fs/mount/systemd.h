/*
 * The service manager and the driver: that the tree can be read, what it shows,
 * and, as long as requests could be answered, that it lives. A thread of its own
 * tries that as a worker would: a driver whose locks are stuck or whose store is
 * gone gives no sign of life, and the manager starts another.
 */
#ifndef ISMAPFS_SYSTEMD_H
#define ISMAPFS_SYSTEMD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/notify.h"
#include "tree/view.h"

struct systemd {
	struct notify notify;
	struct views *views;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* for the two below */
	pthread_cond_t changed;
	bool greeted;
	bool stop;
	/* The thread's own: what was told. */
	bool ready;
	uint32_t generation;
	uint32_t serial;
	bool stale;
};

/* Finds the systemd, while the process may still make sockets. wanted: false in a process that
 * goes to the background, as whoever waits there isn't its systemd. */
void systemd_open(struct systemd *systemd, bool wanted);

/* Starts the thread, if there is a manager. *views outlives it. Returns 0 or a negative errno
 * value. */
int systemd_start(struct systemd *systemd, struct views *views);

/* The kernel has greeted. Any thread. */
void systemd_greeted(struct systemd *systemd);

/* Ends the thread and waits for it; again is nothing. */
void systemd_stop(struct systemd *systemd);

/* Releases what systemd_open() took. */
void systemd_close(struct systemd *systemd);

#endif
