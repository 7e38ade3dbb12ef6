#include "store/pool.h"

#include <zstd.h>

/* Ten workers at most ask at once (workers.h), and rarely more than a few. Each idle connection
 * costs a page cache and a parsed schema. */
#define POOL_IDLE_MAX 4

/*
 * The settings of each connection.
 * 640 KB: eight times as much reads a quarter fewer pages of a list of a million
 * services and is no faster, since the kernel caches the file and our answers too.
 * Not mapped: a truncated file must be an error, not SIGBUS; mapped pages count as
 * our memory; SQLite decodes a mapped page again at each use.
 */
#define POOL_CACHE_SETTING "PRAGMA cache_size = -640; PRAGMA mmap_size = 0"

void pool_init(struct pool *pool, int store_fd, const char *path)
{
	*pool = (struct pool){.store_fd = store_fd};
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->returned, NULL);
	(void)snprintf(pool->path, sizeof(pool->path), "%s", path);
}

static void connection_close(struct connection *connection)
{
	for (unsigned i = 0; i < QUERY_COUNT; i++)
		(void)sqlite3_finalize(connection->statements[i]);
	(void)sqlite3_close(connection->database);
	(void)ZSTD_freeDCtx(connection->unpacker);
	free(connection);
}

void pool_release(struct pool *pool)
{
	while (pool->idle) {
		struct connection *connection = pool->idle;

		pool->idle = connection->next;
		connection_close(connection);
	}
	(void)pthread_cond_destroy(&pool->returned);
	(void)pthread_mutex_destroy(&pool->lock);
}

static int connection_open(struct pool *pool, struct connection **connection)
{
	_cleanup_free_ struct connection *opened = calloc(1, sizeof(*opened));
	int r;

	if (!opened)
		return -ENOMEM;
	r = store_open_reader(pool->store_fd, pool->path, &opened->database);
	if (r < 0)
		return r;
	(void)sqlite3_exec(opened->database, POOL_CACHE_SETTING, NULL, NULL, NULL);
	/* One transaction for as long as it is open is faster than one for each query. */
	(void)sqlite3_exec(opened->database, "BEGIN; SELECT one FROM store", NULL, NULL, NULL);
	opened->path = pool->path;
	opened->failure_told = &pool->failure_told;
	opened->pool = pool;
	*connection = steal_pointer(opened);
	return 0;
}

void pool_retire(struct pool *pool)
{
	struct connection *rest = NULL;

	(void)pthread_mutex_lock(&pool->lock);
	pool->retired = true;
	if (pool->idle) {
		rest = pool->idle->next;
		pool->idle->next = NULL;
		pool->idle_count = 1;
		(void)sqlite3_db_release_memory(pool->idle->database);
	}
	(void)pthread_mutex_unlock(&pool->lock);
	while (rest) {
		struct connection *connection = rest;

		rest = connection->next;
		connection_close(connection);
	}
}

/* Under the lock. NULL: none is idle. */
static struct connection *take_idle(struct pool *pool)
{
	struct connection *found = pool->idle;

	if (found) {
		pool->idle = found->next;
		pool->idle_count--;
	}
	return found;
}

/* A retired pool always has a connection, idle or borrowed. */
static int wait_for_returned(struct pool *pool, struct connection **connection)
{
	(void)pthread_mutex_lock(&pool->lock);
	while (pool->retired && !pool->idle)
		(void)pthread_cond_wait(&pool->returned, &pool->lock);
	*connection = take_idle(pool);
	(void)pthread_mutex_unlock(&pool->lock);
	return *connection ? 0 : -ENOENT;
}

int pool_borrow(struct pool *pool, struct connection **connection)
{
	struct connection *found;
	int r = 0;

	(void)pthread_mutex_lock(&pool->lock);
	found = take_idle(pool);
	pool->borrowed_count++;
	(void)pthread_mutex_unlock(&pool->lock);
	if (!found)
		r = connection_open(pool, &found);
	if (r == -ENOENT)
		r = wait_for_returned(pool, &found);
	if (r < 0) {
		(void)pthread_mutex_lock(&pool->lock);
		pool->borrowed_count--;
		(void)pthread_mutex_unlock(&pool->lock);
		return r;
	}
	*connection = found;
	return 0;
}

void pool_return(struct connection *connection)
{
	struct pool *pool = connection->pool;
	bool kept;

	(void)pthread_mutex_lock(&pool->lock);
	pool->borrowed_count--;
	kept = pool->idle_count < (pool->retired ? 1 : POOL_IDLE_MAX);
	if (kept) {
		connection->next = pool->idle;
		pool->idle = connection;
		pool->idle_count++;
		(void)pthread_cond_signal(&pool->returned);
	}
	(void)pthread_mutex_unlock(&pool->lock);
	if (!kept)
		connection_close(connection);
}

unsigned pool_borrowed(struct pool *pool)
{
	unsigned count;

	(void)pthread_mutex_lock(&pool->lock);
	count = pool->borrowed_count;
	(void)pthread_mutex_unlock(&pool->lock);
	return count;
}
