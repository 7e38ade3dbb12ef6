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

/* Reads what is known. Returns 0 or -errno, already reported. */
int known_days_read(sqlite3 *database, const struct state *state, struct known_days *days);

/*
 * The generation whose state the tree shows for a day (at/): YYYY-MM-DD, YYYY-MM or latest. A day
 * that is named and unconfirmed gets a warning. -ENOENT when the day is unknown, -EINVAL when it is
 * no such text; both already reported.
 */
int known_days_find(const struct known_days *days, const char *text, int64_t *generation);

/* Says of a day, YYYY-MM-DD, that it is unknown or unconfirmed, if it is. The last known day, which
 * may go on, counts as known. Returns 0 or -errno, already reported. */
int known_days_warn(const struct known_days *days, const char *text);

#endif
