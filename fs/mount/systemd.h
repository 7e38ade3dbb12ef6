/*
 * The service manager and the driver: that the tree can be read, what it shows,
 * and, as long as requests could be answered, that it lives. A thread of its own
 * tries that as a worker would: a driver whose locks are stuck or whose store is
 * gone gives no sign of life, and the manager starts another.
 */
#ifndef ISMAPFS_MANAGER_H
#define ISMAPFS_MANAGER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/notify.h"
#include "tree/view.h"

struct manager {
	struct notify notify;
	struct served *served;
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

/* Finds the manager, while the process may still make sockets. wanted: false in a process that
 * goes to the background, as whoever waits there isn't its manager. */
void manager_open(struct manager *manager, bool wanted);

/* Starts the thread, if there is a manager. *served outlives it. Returns 0 or a negative errno
 * value. */
int manager_start(struct manager *manager, struct served *served);

/* The kernel has greeted. Any thread. */
void manager_greeted(struct manager *manager);

/* Ends the thread and waits for it; again is nothing. */
void manager_stop(struct manager *manager);

/* Releases what manager_open() took. */
void manager_close(struct manager *manager);

#endif
