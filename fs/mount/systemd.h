/*
 * Telling the service manager that the tree can be read, what it shows, and that the
 * driver lives. A thread regularly does what a worker does for a request. When locks
 * are stuck or the store is gone, it gives no sign of life, and the manager restarts
 * the driver.
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
	pthread_mutex_t lock; /* for greeted and stop */
	pthread_cond_t changed;
	bool greeted; /* the kernel's INIT was answered */
	bool stop;
	/* Used by the thread alone: what the manager was told. */
	bool ready;
	uint32_t generation;
	uint32_t serial;
	enum stale_reason reason;
};

/* Finds the manager. Call it while the process may still make sockets. wanted: false in a
 * background process, whose parent is not its manager. */
void systemd_open(struct systemd *systemd, bool wanted);

/* Starts the thread, if there is a manager. *views must outlive it. Returns 0 or -errno. */
int systemd_start(struct systemd *systemd, struct views *views);

/* The kernel's INIT was answered. Any thread. */
void systemd_greeted(struct systemd *systemd);

/* Ends the thread and waits for its end. Safe to call twice. */
void systemd_stop(struct systemd *systemd);

/* Releases all that systemd_open() made. */
void systemd_close(struct systemd *systemd);

#endif
