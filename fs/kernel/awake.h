/*
 * Keeping idle processors from sleeping while somebody walks through the tree.
 *
 * Each request wakes up a worker, and its answer the one who asked: where idle
 * processors sleep, in a virtual machine above all, that takes longer than the
 * answer. So while requests come one upon the other, and no longer, this asks the
 * kernel for the shortest latency that its processors have, which is to look for
 * work without sleeping: a CPU latency request (Linux,
 * Documentation/power/pm_qos_interface.rst). The kernel takes it back by itself
 * when the process ends.
 *
 * It holds for all processors and costs power. What bounds it: a walk through
 * what the kernel has cached sends no requests; it ends within two AWAKE_PERIODs
 * of the last ones; and it takes no more time than was saved for it, so that
 * nobody who may read the tree can keep a machine from resting. A driver that is
 * stopped meanwhile (SIGSTOP, a frozen control group) can't end it.
 */
#ifndef ISMAPFS_AWAKE_H
#define ISMAPFS_AWAKE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define AWAKE_DEVICE "/dev/cpu_dma_latency"

/* So many requests in so many milliseconds are a walk. */
#define AWAKE_REQUESTS 16
#define AWAKE_PERIOD 20

/* Time is saved for it while nobody walks: one part in so many of what goes by, and so many
 * milliseconds at most. */
#define AWAKE_SHARE 6
#define AWAKE_SAVED_MAX 10000

struct awake {
	int fd; /* of the device; borrowed */
	/* The thread's own, milliseconds. */
	int64_t saved, saved_max;
	int64_t ended; /* when it last did it */
	/* Everybody's. */
	_Atomic uint64_t asked; /* requests, ever */
	_Atomic int64_t since;	/* when as many as make a walk had come; milliseconds */
	atomic_bool waiting;	/* for a walk */
	atomic_bool stop;
	sem_t wake;
	pthread_t thread;
	bool running;
};

/*
 * Starts the thread that does it with the device open as fd, which stays open
 * until awake_stop; for saved_max milliseconds at once (AWAKE_SAVED_MAX). fd -1:
 * it does nothing. Returns 0 or a negative errno value.
 */
int awake_start(struct awake *awake, int fd, int64_t saved_max);

/* Lets processors sleep again, and waits for the thread's end; again is nothing. */
void awake_stop(struct awake *awake);

/* Out of so many requests one looks at the clock. */
void awake_counted(struct awake *awake);

/* A request came. Any thread, from the beginning on, but not after awake_stop. */
static inline void awake_asked(struct awake *awake)
{
	uint64_t before = atomic_fetch_add_explicit(&awake->asked, 1, memory_order_relaxed);

	if (before % AWAKE_REQUESTS == AWAKE_REQUESTS - 1)
		awake_counted(awake);
}

#endif
