/*
 * One open generation file: connections to it, and what every request needs of it,
 * in memory.
 */
#ifndef ISMAPFS_SNAPSHOT_H
#define ISMAPFS_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "state.h"
#include "store/fields.h"
#include "store/generations.h"
#include "store/pool.h"
#include "store/switches.h"

#define SNAPSHOT_UUID_SIZE 37
#define SNAPSHOT_TIME_ZONE_SIZE 64

/* Never changes while open, except its pool and reference count. Any thread that holds a reference
 * may read it. */
struct snapshot {
	atomic_uint references;
	int store_fd; /* borrowed; stays open longer than any snapshot */
	struct pool pool;
	uint32_t generation;	      /* the newest */
	char chain[STATE_CHAIN_SIZE]; /* the newest generation's */
	bool complete;		      /* the newest publication is the whole list */
	char uuid[SNAPSHOT_UUID_SIZE];
	char time_zone[SNAPSHOT_TIME_ZONE_SIZE];
	uint32_t registry_entity; /* of .registry, which shows the state files; 0: none */
	uint32_t at_entity;	  /* of at/, which shows days; 0: none */
	int64_t newest_document;  /* the greatest id; a later rendering has a greater one */
	uint64_t rows;		  /* that can have an inode number, those of the past too */
	struct generations generations;
	struct switches switches;
	struct fields fields;
};

/*
 * Opens and checks a generation file; path as from store_current_path(). One that was altered
 * since it was made is refused (digest_check.h). *snapshot has one reference, the caller's. Returns
 * 0 or -errno, already reported.
 */
int snapshot_open(int store_fd, const char *path, struct snapshot **snapshot);

/* Takes another reference. The calling thread must hold one. */
struct snapshot *snapshot_reference(struct snapshot *snapshot);

/* Gives a reference back; the last one closes the file. NULL is ignored. Any thread. */
void snapshot_release(struct snapshot *snapshot);

/* What is known of a generation's list: milliseconds since 1970 UTC. */
struct generation_facts {
	int64_t published_at; /* from when on it held */
	int64_t held_until;   /* until when it was known to be the newest; 0: it is the newest */
	char chain[STATE_CHAIN_SIZE];
};

/* Reads them of a generation that the snapshot has. Returns 0, -ESTALE or -EIO. */
int snapshot_facts(struct connection *connection, uint32_t generation,
		   struct generation_facts *facts);

/* A generation's mtime in nanoseconds; the oldest one's for an unknown generation. */
static inline int64_t snapshot_mtime(const struct snapshot *snapshot, int64_t generation)
{
	return generations_mtime(&snapshot->generations, generation);
}

/* When what is of a generation came to this machine, in nanoseconds. */
static inline int64_t snapshot_ctime(const struct snapshot *snapshot, int64_t generation)
{
	return switches_time(&snapshot->switches, generation);
}

static inline void snapshot_release_pointer(struct snapshot **snapshot)
{
	snapshot_release(*snapshot);
}

#define _cleanup_snapshot_ __attribute__((cleanup(snapshot_release_pointer)))

#endif
