/*
 * Following the store: a thread that notices a new generation, a new state, or that
 * the list has become stale; then it shows that. It never waits for the kernel.
 */
#ifndef ISMAPFS_REFRESH_H
#define ISMAPFS_REFRESH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "kernel/announcing.h"
#include "kernel/driver.h"

/* What distinguishes a file from its successor of the same name. */
struct file_signature {
	ino_t inode;
	off_t size;
	struct timespec mtime;
	struct timespec ctime;
};

struct refresh {
	struct driver *driver;
	struct announcing *announcing; /* borrowed: is woken when another snapshot is shown */
	int store_fd;
	const char *store_path; /* borrowed; NULL: nobody looks whether it still leads there */
	struct state_limits limits;
	int wake_fd; /* an eventfd: look at the store now */
	/* -1: the thread only looks once a second. Open until the process ends, as closing it takes
	 * the kernel some time. */
	int inotify_fd;
	atomic_bool stop;
	pthread_t thread;
	bool running;
	/* Used by the thread alone. */
	struct file_signature shown_file; /* the generation file that is shown */
	struct file_signature state_file;
	struct state state;
	/* The generation file that couldn't be shown. */
	char refused[STORE_GENERATION_PATH_SIZE];
	struct file_signature refused_file;
	bool behind;	 /* the store has a newer generation that can't be shown */
	bool state_told; /* an unreadable state was reported */
};

/* Reads nothing yet. store_fd is the store's directory; the caller closes it. */
void refresh_prepare(struct refresh *refresh, struct driver *driver, int store_fd,
		     const struct state_limits *limits);

/*
 * Loads the first snapshot and state files into the driver's views, which the caller
 * releases. Returns 0 or -errno, already reported.
 */
int refresh_load(struct refresh *refresh);

/* Starts the thread. Returns 0 or -errno. */
int refresh_start(struct refresh *refresh, struct announcing *announcing);

/* Makes the thread look at the store now. Any thread. */
void refresh_wake(struct refresh *refresh);

/* Ends the thread and waits for its end. One thread at a time; safe to call twice. */
void refresh_stop(struct refresh *refresh);

#endif
