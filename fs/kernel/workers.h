/*
 * The threads that take the kernel's requests and have them answered.
 *
 * In place of libfuse's own loop, which makes a worker's buffer when its first
 * request is there: a mount that stands answers or says why not, also when memory
 * is short.
 */
#ifndef ISMAPFS_WORKERS_H
#define ISMAPFS_WORKERS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <fuse_lowlevel.h>

/* The largest request that the kernel may send, less its headers; a reading's size is bounded by
 * it, too (fuse_conn_info.max_write). Bytes. */
#define WORKERS_REQUEST_MAX (1024 * 1024)

#define WORKERS_MAX 10

struct workers;

struct worker {
	struct workers *workers;
	pthread_t thread;
	struct fuse_buf
		request; /* its memory is the worker's own, of which only what comes is used */
	bool running;
};

struct workers {
	struct fuse_session *session;
	struct worker each[WORKERS_MAX];
	unsigned count;
	sem_t end;
	atomic_int error; /* what ended them; 0: they were told to, or the mount has gone */
};

/*
 * Makes ready what `count` workers need, at most WORKERS_MAX, for a session that is mounted.
 * Returns 0 or -ENOMEM; workers_release in either case.
 */
int workers_prepare(struct workers *workers, struct fuse_session *session, unsigned count);

/*
 * Answers the kernel's greeting, which is in front of everything else, in the
 * calling thread: what is done then (driver.h, on_ready) is seen by every thread
 * that is started later. Returns 0, -ENODEV when the mount has gone already,
 * -EPROTO when libfuse and the kernel don't get along, or another negative errno
 * value.
 */
int workers_greet(struct workers *workers);

/* Starts them and returns when they have ended: 0 when they were told to or the mount has gone,
 * otherwise a negative errno value. */
int workers_run(struct workers *workers);

/* Tells them to end. From any thread, once; what is being answered is answered. */
void workers_end(struct workers *workers);

/* Whether they end, or have. Any thread. */
bool workers_ending(const struct workers *workers);

void workers_release(struct workers *workers);
#define _cleanup_workers_ __attribute__((cleanup(workers_release)))

#endif
