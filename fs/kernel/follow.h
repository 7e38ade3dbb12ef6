/*
 * One worker on its caller's processor.
 *
 * A walker, such as find or grep -r, asks, sleeps until the answer, and asks again. When the
 * answer comes from another processor, each request wakes two sleeping processors, which takes
 * longer than the answer itself. So a run of requests of one thread goes to the follower: a
 * thread that begins then, runs where the walker ran last, and ends with the run. It has the idle
 * policy, which the scheduler doesn't count as load, or it would move the walker to a free
 * processor at each answer.
 *
 * Meanwhile the workers stand by. They take over when another thread asks, and when nothing was
 * answered for a moment: the follower may wait for the disk, or others may need its processor.
 * Then it may not run for seconds there, with a request or a lock of the tree's. So whoever takes
 * over takes it off that processor, and one of them looks on until it has come to its end.
 * A process beside the driver says where the walker runs (mount/helpers/locator.h).
 */
#ifndef ISMAPFS_FOLLOW_H
#define ISMAPFS_FOLLOW_H

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FOLLOW_WORKERS_MAX 10

/* Memory of the driver and of the process that locates. */
struct follow_shared {
	_Atomic uint32_t walker;    /* whom to locate; 0: nobody is followed */
	_Atomic uint32_t processor; /* where it ran last, plus 1; 0: not known */
};

struct follow {
	struct follow_shared *shared; /* NULL: nobody is ever followed */
	int messages;		      /* where to write a walker's number, 4 bytes */
	int device;		      /* can be read when it has requests that nobody has taken */
	cpu_set_t allowed;	      /* the processors that the driver may use */
	sem_t turns[FOLLOW_WORKERS_MAX]; /* of each worker: it may be its turn */
	unsigned workers;
	_Atomic uint32_t last;	    /* whose the latest request was */
	_Atomic unsigned run;	    /* how many of its requests came in a row */
	_Atomic unsigned served;    /* requests while somebody is followed */
	_Atomic int64_t not_before; /* when somebody may be followed again; milliseconds */
	atomic_bool watched;	    /* one who stands by looks whether requests are answered */
	atomic_bool present;	    /* there is a follower, or it is being made */
	_Atomic pid_t thread;	    /* the follower's; 0: it has none yet */
	atomic_bool ended;
};

/* Where a follower is. */
struct follow_place {
	cpu_set_t allowed;  /* the processors that it may use */
	uint32_t processor; /* the one it was taken to last, plus 1; 0: none yet */
};

/* The signal that interrupts whoever waits for requests. */
#define FOLLOW_NUDGE SIGUSR2

/* workers: how many, at most FOLLOW_WORKERS_MAX. shared and messages are the locator's; NULL when
 * there is none, and then nobody is followed. Call it in the thread that starts the others. */
void follow_prepare(struct follow *follow, unsigned workers, struct follow_shared *shared,
		    int messages, int device);
/* When all workers and the follower have ended. */
void follow_release(struct follow *follow);

/* Notes whose request was taken, before it is answered: a thread's number, 0 when the kernel's own.
 * Any worker, and the follower. Returns whether to make a follower: if there can be none, call
 * follow_fail(). */
bool follow_note(struct follow *follow, uint32_t thread);

/* Waits until it is a worker's turn to answer, which it is unless somebody is followed. It also
 * returns after follow_end(). */
void follow_wait(struct follow *follow, unsigned worker);

/* There could be no follower: nobody is followed for a while. */
void follow_fail(struct follow *follow);

/* The follower's beginning: takes the idle policy, and may not where that is forbidden. Returns
 * whether it may follow, and whom; 0: nobody any more. */
bool follow_begin(struct follow *follow, uint32_t *walker, struct follow_place *place);
/* Whether that walker is still followed. If so takes the thread to its processor. */
bool follow_goes_on(struct follow *follow, uint32_t walker, struct follow_place *place);
/* The follower's last call, whomever it followed: it uses nothing of this behind it. */
void follow_leave(struct follow *follow, uint32_t walker);
/* Whether there is a follower, which must be waited for before follow_release(). */
bool follow_is_present(const struct follow *follow);

/* Takes the follower off the processor where it may be kept from running, and interrupts it. That
 * is lost when it is just about to wait for requests. Any thread. */
void follow_recall(struct follow *follow);

/* Ends all waiting. Any thread. */
void follow_end(struct follow *follow);

#endif
