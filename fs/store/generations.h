/*
 * The store's generations, in memory: each node's mtime is one's, and each
 * question about a date needs to know which ones can still be shown.
 */
#ifndef ISMAPFS_GENERATIONS_H
#define ISMAPFS_GENERATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

/* 16 bytes: there may be a million of them. */
struct generation {
	int64_t mtime; /* nanoseconds since 1970 UTC; 0: there is no such generation any more */
	int32_t day;   /* days since 1970, in the registry's time zone */
	bool kept;     /* its state can be shown; else only its mtime is of use */
};

/* A day that has a kept generation, and the state at its end. */
struct shown_day {
	int32_t day; /* days since 1970 */
	uint32_t generation;
};

/* Filled once, then only read: any thread may. */
struct generations {
	struct generation *by_id; /* 0 to newest */
	uint32_t oldest;
	uint32_t newest;
	uint32_t first_kept;
	struct shown_day *days; /* ascending */
	size_t day_count;	/* 1 at least */
};

/*
 * Reads the generation table. *generations must be zero, and is the caller's to
 * release with generations_release() also after a failure.
 * Returns 0, -ENOMEM, -EIO, or -EBADMSG when the table can't be a store's.
 */
int generations_load(sqlite3 *database, struct generations *generations);

void generations_release(struct generations *generations);

/* The mtime of a generation in nanoseconds; the oldest one's for a generation that isn't known. */
int64_t generations_mtime(const struct generations *generations, int64_t id);

/* Whether the state of a generation can be shown. */
bool generations_is_kept(const struct generations *generations, uint32_t id);

/* The newest shown day that isn't after the given one; NULL: all are. Valid as long as
 * *generations. */
const struct shown_day *generations_day(const struct generations *generations, int64_t day);

#endif
