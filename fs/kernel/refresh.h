/*
 * Following the store: a thread that notices a new generation, a new state, or that
 * the list has become stale; then it shows that and announces it.
 */
#ifndef ISMAPFS_REFRESH_H
#define ISMAPFS_REFRESH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <fuse_lowlevel.h>

#include "kernel/announce.h"
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
	struct announcer announcer;
	int store_fd;
	const char *store_path; /* borrowed; NULL: nobody looks whether it still leads there */
	int64_t max_age;	/* milliseconds */
	int wake_fd;		/* an eventfd: look at the store now */
	/* -1: the thread only looks once a second. Open until the process ends, as closing it takes
	 * the kernel some time. */
	int inotify_fd;
	atomic_bool stop;
	atomic_bool replaced; /* the store became another one: the mount must end */
	pthread_t thread;
	bool running;
	/* Used by the thread alone. */
	struct file_signature shown_file; /* the generation file that is shown */
	struct file_signature state_file;
	struct state state;
	/* The generation file that couldn't be shown. */
	char refused[STORE_GENERATION_PATH_SIZE];
	struct file_signature refused_file;
	bool behind;	      /* the store has a newer generation that can't be shown */
	bool state_told;      /* an unreadable state was reported */
	int64_t repeat_at;    /* when to announce again, on the steady clock; 0: never */
	uint32_t repeat_from; /* changes after this generation */
};

/*
 * Loads the first snapshot and state files into driver->views, which the caller
 * releases after success. Returns 0 or -errno, already reported.
 */
int refresh_load(struct refresh *refresh, struct driver *driver, int store_fd, int64_t max_age);

/* Starts the thread. The session must outlive it. Returns 0 or -errno. */
int refresh_start(struct refresh *refresh, struct fuse_session *session);

/* Makes the thread look at the store now. Any thread. */
void refresh_wake(struct refresh *refresh);

/* Ends the thread and waits for its end. One thread at a time; safe to call twice. Workers must
 * still answer: an announcement may wait for a request. */
void refresh_stop(struct refresh *refresh);

#endif
