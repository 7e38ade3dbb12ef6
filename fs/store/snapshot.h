/*
 * One generation file, open: everything that is asked of it, and what is worth
 * keeping in memory because each request needs it.
 */
#ifndef ISMAPFS_SNAPSHOT_H
#define ISMAPFS_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/collections.h"
#include "store/fields.h"
#include "store/generations.h"
#include "store/pool.h"

#define SNAPSHOT_UUID_SIZE 37
#define SNAPSHOT_TIME_ZONE_SIZE 64

/* Once open it never changes, but for its pool and count: any thread may read it while it holds a
 * reference. */
struct snapshot {
	atomic_uint references;
	int store_fd; /* borrowed; outlives every snapshot */
	struct pool pool;
	uint32_t generation; /* the newest */
	bool complete;	     /* the newest publication was the whole list */
	char uuid[SNAPSHOT_UUID_SIZE];
	char time_zone[SNAPSHOT_TIME_ZONE_SIZE];
	uint32_t registry_entity; /* whose directory shows the state files; 0: none */
	uint32_t at_entity;	  /* whose directory answers to days; 0: none */
	int64_t newest_document;  /* the greatest id of one; a later rendering has a greater one */
	struct generations generations;
	struct fields fields;
	struct collections collections;
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

/* As generations_mtime(). */
static inline int64_t snapshot_mtime(const struct snapshot *snapshot, int64_t generation)
{
	return generations_mtime(&snapshot->generations, generation);
}

static inline void snapshot_release_pointer(struct snapshot **snapshot)
{
	snapshot_release(*snapshot);
}

#define _cleanup_snapshot_ __attribute__((cleanup(snapshot_release_pointer)))

#endif
