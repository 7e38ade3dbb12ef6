/*
 * Reading ahead across files: while a process walks through the tree and reads the
 * files it finds, a thread pushes (push.h) the files that it will read next. Most of
 * them then need no request.
 *
 * The handlers give hints, after they have replied; when hints come faster than the
 * thread works, the oldest are dropped. Processes that only list and stat cause no
 * pushing.
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

/* What a hint is about. */
enum prefetch_event {
	PREFETCH_EVENT_BEGUN,  /* a listing began */
	PREFETCH_EVENT_LISTED, /* a listing came to its end */
	PREFETCH_EVENT_READ,   /* a file was read */
};

struct prefetch_hint {
	enum prefetch_event event;
	uint64_t inode;
	uint64_t serial; /* counts hints */
};

/* A part of a directory that was pushed a moment ago. */
struct prefetch_done {
	uint64_t directory; /* without its date */
	uint64_t from, to;  /* listing offsets; to 0: the end */
	uint64_t serial;    /* of the last hint before it was finished */
	int64_t until;	    /* how long this counts; milliseconds */
};

struct prefetch {
	pthread_mutex_t lock; /* for all that follows up to allowed_until; held briefly */
	pthread_cond_t wake;
	struct prefetch_hint hints[PREFETCH_HINTS]; /* of listings; a stack */
	unsigned hint_count;
	struct prefetch_hint read;  /* of the last file; inode 0: none */
	struct prefetch_hint begun; /* of the last listing that began; inode 0: none */
	uint64_t hint_serial;
	bool busy; /* the thread works, and will look for hints without a signal */
	uint64_t listed[PREFETCH_LISTED]; /* directories, without dates; a ring buffer */
	unsigned listed_next;
	uint64_t named[PREFETCH_NAMED]; /* files that were looked up; a ring buffer */
	unsigned named_next;
	unsigned named_unread; /* lookups since the last read */
	unsigned lone;	       /* reads in a row of files whose siblings the kernel didn't know */
	unsigned passed_over;  /* hints of such reads that were ignored */
	unsigned allowed;      /* how many more listed directories may be pushed, */
	int64_t allowed_until; /* and until when; milliseconds */
	/* Set before the thread starts, or used by the thread alone. */
	struct push push;
	struct prefetch_done done[PREFETCH_DONE];
	unsigned done_next;
	struct counters *counters;
	atomic_bool stop;
	pthread_t thread;
	bool running;
};

/* Starts the thread. Session and driver must outlive it. Returns 0 or -errno. */
int prefetch_start(struct prefetch *prefetch, struct fuse_session *session, struct driver *driver);

/* Ends the thread and waits for its end. Safe to call twice. Workers must still answer: the thread
 * may wait for a page that an unanswered READ has locked. */
void prefetch_stop(struct prefetch *prefetch);

/*
 * Hints, given after the reply to a request. Any thread. NULL is ignored.
 */

/* A file is being read: the only hint that is given before the reply. */
static inline void prefetch_asked(struct prefetch *prefetch, uint64_t inode)
{
	if (prefetch)
		atomic_store_explicit(&prefetch->push.asked, inode, memory_order_relaxed);
}

/* A file was read. */
void prefetch_read(struct prefetch *prefetch, uint64_t inode);

/* A directory's listing began, with attributes. */
void prefetch_begun(struct prefetch *prefetch, uint64_t inode);

/* A directory was listed to its end, with attributes. The reader has asked for more entries, which
 * proves that the kernel knows all the inodes listed. */
void prefetch_listed(struct prefetch *prefetch, uint64_t inode);

/* A name was looked up, so the kernel knows its inode. */
void prefetch_named(struct prefetch *prefetch, uint64_t inode);

#endif
