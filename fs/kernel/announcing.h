/*
 * The thread that announces what changed (announce.h), after the change is visible. Whatever
 * holds it up holds up neither that nor any reader. When the kernel takes nothing any more,
 * what it has cached can't be put right: the mount ends.
 */
#ifndef ISMAPFS_ANNOUNCING_H
#define ISMAPFS_ANNOUNCING_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/announce.h"
#include "kernel/driver.h"

struct announcing {
	struct driver *driver;
	struct announcer announcer; /* messages, told and device: set by the caller */
	int wake_fd;		    /* an eventfd */
	atomic_bool stop;
	pthread_t thread;
	bool running;
	/* Used by the thread alone. */
	struct snapshot *announced; /* what the kernel knows, or is being told */
	int64_t repeat_at;	    /* when to announce again, on the steady clock; 0: never */
	uint32_t repeat_from;	    /* changes after this generation */
};

/* Starts the thread. Returns 0 or -errno. */
int announcing_start(struct announcing *announcing, struct driver *driver);

/* Another snapshot is shown. Any thread. */
void announcing_wake(struct announcing *announcing);

/* Ends the thread and waits for its end, which nobody can hold up. Safe to call twice. */
void announcing_stop(struct announcing *announcing);

#endif
