/*
 * The threads that read the kernel's requests and call the handlers.
 *
 * libfuse's own loop allocates a worker's buffer at its first request, and without
 * memory the mount would hang. Here all buffers exist before the mount is ready.
 */
#ifndef ISMAPFS_WORKERS_H
#define ISMAPFS_WORKERS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <fuse_lowlevel.h>

#include "kernel/counters.h"
#include "kernel/follow.h"

/* The largest request without its headers, in bytes; also the largest reply to a READ
 * (fuse_conn_info.max_write). */
#define WORKERS_REQUEST_MAX (1024 * 1024)

#define WORKERS_MAX FOLLOW_WORKERS_MAX

struct workers;

struct worker {
	struct workers *workers;
	pthread_t thread;
	struct fuse_buf request; /* owns its memory */
	bool running;
};

struct workers {
	struct fuse_session *session;
	struct worker each[WORKERS_MAX];
	unsigned count;
	struct follow follow;
	struct worker follower;
	struct counters *counters;
	sem_t end;
	atomic_int error; /* why they ended, -errno; 0: workers_end() or unmounted */
};

/*
 * Allocates what `count` workers need, at most WORKERS_MAX, and the follower, for a mounted
 * session. shared and messages are the locator's, see follow_prepare(). Returns 0 or -ENOMEM. The
 * caller calls workers_release() in either case.
 */
int workers_prepare(struct workers *workers, struct fuse_session *session, unsigned count,
		    struct follow_shared *shared, int messages, struct counters *counters);

/*
 * Answers the kernel's first request, INIT, in the calling thread. Threads started
 * later see all that on_ready (driver.h) did. Returns 0; -ENODEV when the mount was
 * unmounted already; -EPROTO when libfuse and the kernel don't agree on a version;
 * or another -errno.
 */
int workers_greet(struct workers *workers);

/* Starts the workers and returns when all have ended: 0 after workers_end() or an unmount,
 * otherwise -errno. The caller calls workers_await_follower() in either case. */
int workers_run(struct workers *workers);

/* Whether there is still a follower. */
bool workers_one_follows(const struct workers *workers);

/* It begins and ends by itself, and may not get any processor for seconds: whoever still reads the
 * tree waits for that unless it was unmounted. */
void workers_await_follower(struct workers *workers);

/* Makes the workers end after their present requests. Any thread, once. */
void workers_end(struct workers *workers);

/* Whether the workers are ending or have ended. Any thread. */
bool workers_ending(const struct workers *workers);

void workers_release(struct workers *workers);
#define _cleanup_workers_ __attribute__((cleanup(workers_release)))

#endif
