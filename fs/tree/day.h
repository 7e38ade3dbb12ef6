/*
 * The days of at/: which list each of them shows, and how well that is known.
 */
#ifndef ISMAPFS_DAY_H
#define ISMAPFS_DAY_H

#include <stdint.h>

#include "days.h"
#include "inode.h"
#include "tree/view.h"

/* A day that at/ has. */
struct day {
	int64_t number; /* days since 1970 */
	uint32_t generation;
	uint32_t offset; /* days after the generation's */
	enum day_basis basis;
	int64_t from;	    /* from when on the generation's list held */
	int64_t held_until; /* until when it was known to be the newest */
	bool is_last_known; /* nothing is known of the days after it */
};

/*
 * Finds a day. Reads the state file itself, so that the answer is right even if the refresh
 * thread hangs. Returns 0; -ENOENT when at/ doesn't have that day: it is before the first kept
 * list, nothing is known of it, or it is too long after the list before; -EIO.
 */
int day_find(const struct view *view, int64_t number, struct day *day);

/* The day of a directory below at/ (its generation isn't 0). Returns like day_find(). */
int day_of_directory(const struct view *view, const struct directory *directory, struct day *day);

#endif
