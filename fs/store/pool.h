/*
 * Connections to one generation file, for any number of threads: each borrows
 * one for a request. As many are opened as were ever needed at once; a few stay
 * open for the next.
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
	struct connection *idle; /* under lock, like the two counts */
	unsigned idle_count;
	unsigned borrowed_count;
	int store_fd; /* the snapshot's owner's; outlives the pool */
	char path[STORE_GENERATION_PATH_SIZE];
	atomic_bool failure_told;
};

/* Path: of the generation file, relative to the store. Opens nothing yet. */
void pool_init(struct pool *pool, int store_fd, const char *path);

/* Closes the connections. None may be borrowed. */
void pool_release(struct pool *pool);

/* Borrows a connection until pool_return(). Any thread. Returns 0 or what store_open_reader() says,
 * or -ENOMEM. */
int pool_borrow(struct pool *pool, struct connection **connection);

/* Any thread. */
void pool_return(struct connection *connection);

/* How many are borrowed at this moment. Any thread. */
unsigned pool_borrowed(struct pool *pool);

static inline void pool_return_pointer(struct connection **connection)
{
	if (*connection)
		pool_return(*connection);
}

#define _cleanup_connection_ __attribute__((cleanup(pool_return_pointer)))

#endif
