/*
 * Reading ahead across files: a thread that puts the contents of files into the
 * kernel's page cache when somebody is walking through the tree and reads what
 * he finds, so that most of his files need no request of their own.
 *
 * The handlers only leave hints behind, after they have answered; hints that
 * come faster than the thread can follow are dropped. Who only lists and stats
 * makes it do nothing.
 */
#ifndef ISMAPFS_PREFETCH_H
#define ISMAPFS_PREFETCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <fuse_lowlevel.h>

#include "kernel/driver.h"
#include "kernel/push.h"

#define PREFETCH_HINTS 32
#define PREFETCH_LISTED 64
#define PREFETCH_NAMED 1024
#define PREFETCH_DONE 64

/* What makes more of it likely. */
enum prefetch_event {
	PREFETCH_EVENT_BEGUN,  /* a directory's listing was begun */
	PREFETCH_EVENT_LISTED, /* a directory was listed to its end */
	PREFETCH_EVENT_READ,   /* a file was read */
};

struct prefetch_hint {
	enum prefetch_event event;
	uint64_t inode;
	uint64_t serial; /* hints are numbered */
};

/* A part of a directory that was pushed lately. */
struct prefetch_done {
	uint64_t directory; /* without its date */
	uint64_t from, to;  /* offsets; to 0: the end */
	uint64_t serial;    /* of the last hint that was given before it was finished */
	int64_t until;	    /* milliseconds */
};

struct prefetch {
	pthread_mutex_t lock; /* for an instant; for what follows up to the next remark */
	pthread_cond_t wake;
	struct prefetch_hint
		hints[PREFETCH_HINTS]; /* of listings; the newest is dealt with first */
	unsigned hint_count;
	struct prefetch_hint read;  /* the newest of a file; inode 0: none */
	struct prefetch_hint begun; /* the newest of a listing's beginning, likewise */
	uint64_t hint_serial;
	bool busy;			  /* it looks for hints by itself */
	uint64_t listed[PREFETCH_LISTED]; /* directories, without dates; a ring */
	unsigned listed_next;
	uint64_t named[PREFETCH_NAMED]; /* files that were looked up by name, a ring */
	unsigned named_next;
	unsigned named_unread; /* looked up since a file was read */
	unsigned lone;	       /* files read in a row next to which the kernel knew none */
	unsigned passed_over;  /* hints of such, ever */
	unsigned allowed;      /* how many more listed directories to push, */
	int64_t allowed_until; /* and until when; milliseconds */
	/* Set before the thread starts, or its own. */
	struct push push;
	struct prefetch_done done[PREFETCH_DONE];
	unsigned done_next;
	struct counters *counters;
	atomic_bool stop;
	pthread_t thread;
	bool running;
};

/* Starts the thread. Session and driver outlive it. Returns 0 or a negative errno value. */
int prefetch_start(struct prefetch *prefetch, struct fuse_session *session, struct driver *driver);

/* Ends the thread and waits for it; again is nothing. The session must still answer: a page may be
 * locked by a READ that nobody has answered yet. */
void prefetch_stop(struct prefetch *prefetch);

/*
 * Hints, from any thread; NULL: nobody wants them. To be given when the request
 * was answered.
 */

/* A file is being read: to be given before the answer. */
static inline void prefetch_asked(struct prefetch *prefetch, uint64_t inode)
{
	if (prefetch)
		atomic_store_explicit(&prefetch->push.asked, inode, memory_order_relaxed);
}

/* A file was read. */
void prefetch_read(struct prefetch *prefetch, uint64_t inode);

/* A directory's listing was begun, with attributes. */
void prefetch_begun(struct prefetch *prefetch, uint64_t inode);

/* A directory was listed to its end, with attributes. The reader's question whether there was more
 * is the proof that the kernel has taken in what it was shown: it knows all the inodes. */
void prefetch_listed(struct prefetch *prefetch, uint64_t inode);

/* A name was looked up: the kernel knows this inode now. */
void prefetch_named(struct prefetch *prefetch, uint64_t inode);

#endif
