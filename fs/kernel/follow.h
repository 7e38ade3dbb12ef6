/*
 * One worker on its caller's processor.
 *
 * A walker, such as find or grep -r, asks, sleeps until the answer, and asks again. When the
 * answer comes from another processor, each request wakes two sleeping processors, which takes
 * longer than the answer itself. So a run of requests of one thread goes to the follower: a
 * worker that runs where that thread ran last. It has the idle policy, which the scheduler
 * doesn't count as load, or it would move the walker to a free processor at each answer.
 *
 * Meanwhile the other workers stand by. They take over when another thread asks, and when
 * nothing was answered for a moment: the follower may wait for the disk, or others may need its
 * processor. A process beside the driver says where the walker runs (mount/helpers/locator.h).
 */
#ifndef ISMAPFS_FOLLOW_H
#define ISMAPFS_FOLLOW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Memory of the driver and of the process that locates. */
struct follow_shared {
	_Atomic uint32_t walker;    /* whom to locate; 0: nobody is followed */
	_Atomic uint32_t processor; /* where it ran last, plus 1; 0: not known */
};

struct follow {
	struct follow_shared *shared; /* NULL: nobody is ever followed */
	int messages;		      /* where to write a walker's number, 4 bytes */
	int device;		      /* has requests that nobody has taken when it can be read */
	pthread_mutex_t lock;	      /* for waiting only */
	pthread_cond_t changed;
	_Atomic uint32_t last;	    /* whose the latest request was */
	_Atomic unsigned run;	    /* how many of its requests came in a row */
	_Atomic unsigned served;    /* requests while somebody is followed */
	_Atomic int64_t not_before; /* when somebody may be followed again; milliseconds */
	bool watched; /* one of those who stand by looks whether requests are answered */
	atomic_bool ended;
};

/* shared and messages are the locator's; NULL when there is none, and then nobody is followed.
 * Returns 0 or -errno; the caller calls follow_release() after success. */
int follow_prepare(struct follow *follow, struct follow_shared *shared, int messages, int device);
void follow_release(struct follow *follow);

/* Gives the calling thread, the follower, the idle policy. If that is forbidden nobody is followed.
 */
void follow_become_idle(struct follow *follow);

/* Waits until it is the turn of the calling worker to answer: the follower's while somebody is
 * followed, otherwise everybody else's. It also returns after follow_end(). Returns whether this
 * call ended the following; then the follower must be interrupted, as by a signal. */
bool follow_wait(struct follow *follow, bool follower);

/* Takes the calling thread, the follower, to the walker's processor. *at: the one it was taken to
 * last, plus 1; 0 at first. */
void follow_move(struct follow *follow, uint32_t *at);

/* Notes whose request was taken, before it is answered: a thread's number, 0 when the kernel's own.
 * Returns whether this call ended the following, as follow_wait() does. Any worker. */
bool follow_note(struct follow *follow, uint32_t thread);

/* Ends all waiting. Any thread. */
void follow_end(struct follow *follow);

#endif
