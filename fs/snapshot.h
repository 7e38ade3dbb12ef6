/*
 * One generation file, open: everything that is asked of it, and what is worth
 * keeping in memory because each request needs it.
 */
#ifndef ISMAPFS_SNAPSHOT_H
#define ISMAPFS_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fields.h"
#include "pool.h"

#define SNAPSHOT_UUID_SIZE 37
#define SNAPSHOT_REGISTRY_SIZE 64

/* Once open it never changes, but for its pool and count: any thread may read it while it holds a
 * reference. */
struct snapshot {
	atomic_uint references;
	int store_fd; /* borrowed; outlives every snapshot */
	struct pool pool;
	uint32_t generation; /* the newest */
	uint32_t oldest;     /* generation whose facts the file still has */
	bool complete;	     /* the newest publication was the whole list */
	char uuid[SNAPSHOT_UUID_SIZE];
	char registry[SNAPSHOT_REGISTRY_SIZE];
	uint32_t registry_entity; /* whose directory shows the state files; 0: none */
	int64_t *mtimes;	  /* of generations 0 to generation, in nanoseconds */
	struct fields fields;
};

/*
 * Opens and checks a generation file; path as store_current_path() gives it.
 * *snapshot has one reference, the caller's. Says in a sentence why it can't.
 * Returns 0, or a negative errno value.
 */
int snapshot_open(int store_fd, const char *path, struct snapshot **snapshot);

/* Another reference to the same snapshot. Any thread that holds one. */
struct snapshot *snapshot_reference(struct snapshot *snapshot);

/* Gives a reference back; the last one closes the file. NULL is nothing to give back. Any thread.
 */
void snapshot_release(struct snapshot *snapshot);

/* The mtime of a generation in nanoseconds; the oldest one's for a generation that isn't known. */
int64_t snapshot_mtime(const struct snapshot *snapshot, int64_t generation);

static inline void snapshot_release_pointer(struct snapshot **snapshot)
{
	snapshot_release(*snapshot);
}

#define _cleanup_snapshot_ __attribute__((cleanup(snapshot_release_pointer)))

#endif
