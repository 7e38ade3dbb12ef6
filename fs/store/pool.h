/*
 * Connections to one generation file. A thread borrows one for a request; the pool
 * opens one when none is idle, and keeps a few open.
 */
#ifndef ISMAPFS_POOL_H
#define ISMAPFS_POOL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "store.h"
#include "store/query.h"

struct pool {
	pthread_mutex_t lock;
	struct connection *idle; /* this and the two counts: under the lock */
	unsigned idle_count;
	unsigned borrowed_count;
	bool retired; /* under the lock: at most one connection, which is kept */
	pthread_cond_t returned;
	int store_fd; /* borrowed; stays open longer than the pool */
	char path[STORE_GENERATION_PATH_SIZE];
	atomic_bool failure_told; /* a damaged file was reported */
};

/* path: the generation file, relative to the store. Opens nothing yet. */
void pool_init(struct pool *pool, int store_fd, const char *path);

/* Closes all connections. None may be borrowed. */
void pool_release(struct pool *pool);

/*
 * Keeps one connection and closes the others: for a snapshot that is rarely asked.
 * Once its file was deleted, a thread that finds that connection borrowed waits for it.
 * So nobody may keep one while waiting for a request's answer. Any thread.
 */
void pool_retire(struct pool *pool);

/* Borrows a connection until pool_return(). Any thread. Returns 0, -ENOMEM or an error of
 * store_open_reader(). */
int pool_borrow(struct pool *pool, struct connection **connection);

/* Gives a connection back. Any thread. */
void pool_return(struct connection *connection);

/* How many connections are borrowed now. Any thread. */
unsigned pool_borrowed(struct pool *pool);

static inline void pool_return_pointer(struct connection **connection)
{
	if (*connection)
		pool_return(*connection);
}

#define _cleanup_connection_ __attribute__((cleanup(pool_return_pointer)))

#endif
