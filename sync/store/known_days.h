/* Which days an open store knows, and how (days.h): for commands that are asked about one. */
#ifndef ISMAPFS_KNOWN_DAYS_H
#define ISMAPFS_KNOWN_DAYS_H

#include "days.h"
#include "state.h"
#include "store/database.h"
#include "store/reader.h"

struct known_days {
	sqlite3 *database; /* borrowed */
	char zone[STORE_ZONE_SIZE];
	int64_t first, last; /* days */
	int64_t held_until;  /* of the newest generation */
};

/* What stands for a day. */
struct known_day {
	int64_t day;	    /* the one that was asked for */
	int64_t generation; /* whose state it has */
	int64_t own;	    /* that generation's own day */
	int64_t held_until; /* until when it was known to be the newest */
	enum day_basis basis;
};

/* Reads what is known. Returns 0 or -errno, already reported. */
int known_days_read(sqlite3 *database, const struct state *state, struct known_days *days);

/* Finds what stands for a day: YYYY-MM-DD, YYYY-MM or latest. -ENOENT when the day is unknown,
 * -EINVAL when it is no such text; both already reported. */
int known_days_look(const struct known_days *days, const char *text, struct known_day *found);

/*
 * The generation whose state the tree shows for a day (at/), found as above. A day that is
 * named and unconfirmed gets a warning.
 */
int known_days_find(const struct known_days *days, const char *text, int64_t *generation);

/* Says of a day, YYYY-MM-DD, that it is unknown or unconfirmed, if it is. The last known day, which
 * may go on, counts as known. Returns 0 or -errno, already reported. */
int known_days_warn(const struct known_days *days, const char *text);

#endif
