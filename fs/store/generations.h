/*
 * The store's generations, in memory. Every node's mtime is a generation's, and
 * every lookup of a date needs the generations that can be shown.
 */
#ifndef ISMAPFS_GENERATIONS_H
#define ISMAPFS_GENERATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

/* Kept at 16 bytes, since there may be a million. */
struct generation {
	int64_t mtime; /* nanoseconds since 1970 UTC; 0: the generation was pruned */
	int32_t day;   /* days since 1970, in the registry's time zone */
	bool kept;     /* the list of then can be shown; otherwise only mtime is valid */
};

/* A day with a kept generation, and the last such generation of that day. */
struct shown_day {
	int32_t day; /* days since 1970 */
	uint32_t generation;
};

/* Filled once, then only read, by any thread. */
struct generations {
	struct generation *by_id; /* indices 0 to newest */
	uint32_t oldest;
	uint32_t newest;
	uint32_t first_kept;
	struct shown_day *days; /* ascending */
	size_t day_count;	/* at least 1 */
};

/*
 * Reads the table of generations. *generations must be zero; the caller calls
 * generations_release(), also after a failure.
 * Returns 0; -ENOMEM; -EIO; -EBADMSG when the table contradicts itself.
 */
int generations_load(sqlite3 *database, struct generations *generations);

void generations_release(struct generations *generations);

/* A generation's mtime in nanoseconds; the oldest one's for an unknown generation. */
int64_t generations_mtime(const struct generations *generations, int64_t id);

/* Whether the list of a generation can be shown. */
bool generations_is_kept(const struct generations *generations, uint32_t id);

/* The newest shown day up to the given one, valid as long as *generations; NULL when all are later.
 */
const struct shown_day *generations_day(const struct generations *generations, int64_t day);

#endif
