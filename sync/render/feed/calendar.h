/* Days that a list states, as a calendar: iCalendar, RFC 5545. */
#ifndef ISMAPFS_FEED_CALENDAR_H
#define ISMAPFS_FEED_CALENDAR_H

#include "store/database.h"
#include "util/buffer.h"

enum date_column {
	DATE_SERVICE,
	DATE_WHAT,   /* the field */
	DATE_STATED, /* what the list says */
	DATE_TEXT,   /* YYYY-MM-DD, or --MM-DD of every year */
	DATE_ENTITY,
	DATE_NAME,
	DATE_PROVIDER,
	DATE_BASIS, /* of valid-until: stated, derived */
	DATE_URL,
	DATE_SINCE, /* the generation in which the day began to be stated */
	DATE_SINCE_AT,
	DATE_SINCE_DAY,
};

/* The query for days, which `service` and `what` are columns of; a WHERE may follow. */
const char *calendar_query(void);

/*
 * Appends a calendar of days, the rows of that query: an event for each, whose UID stays
 * the same while its day may change. A day of every year recurs. Nothing in it depends
 * on the clock. Returns how many events, or -errno, already reported.
 */
int calendar_put(sqlite3 *database, sqlite3_stmt *dates, struct buffer *ics);

#endif
