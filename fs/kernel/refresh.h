/*
 * Following the store: a thread that notices a new generation, a new state, or
 * the moment at which the list goes stale, shows it, and announces it.
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

/* What tells one state file from the next. */
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
	int64_t max_age; /* milliseconds */
	int wake_fd;	 /* eventfd: look now */
	int inotify_fd;	 /* -1: only the clock says when to look */
	atomic_bool stop;
	atomic_bool replaced; /* the store became another one: the mount must end */
	pthread_t thread;
	bool running;
	/* The thread's own. */
	struct file_signature state_file;
	struct state state;
	/* The generation file that couldn't be shown, and what it looked like. */
	char refused[STORE_GENERATION_PATH_SIZE];
	struct file_signature refused_file;
	bool behind;
	bool state_told;
	int64_t repeat_at; /* milliseconds on the steady clock; 0: nothing is to be announced again
			    */
	uint32_t repeat_from;
};

/*
 * The first snapshot and status, into driver->views, which the caller releases
 * when this succeeded. Says why it can't. Returns 0 or a negative errno value.
 */
int refresh_load(struct refresh *refresh, struct driver *driver, int store_fd, int64_t max_age);

/* Starts the thread. The session outlives it. Returns 0 or a negative errno value. */
int refresh_start(struct refresh *refresh, struct fuse_session *session);

/* Looks at the store now. Any thread. */
void refresh_wake(struct refresh *refresh);

/* Ends the thread and waits for it. One thread at a time; again is nothing. The session must still
 * answer: an announcement may be waiting for a request that does. */
void refresh_stop(struct refresh *refresh);

#endif
