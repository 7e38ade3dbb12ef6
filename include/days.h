/*
 * What is known of a day: whether a list was published on it, whether the list before was still
 * found to be the newest when the day ended, or neither.
 *
 * A day is one of the registry's zone (timestamp.h), as days since 1970. The generation of a day is
 * the newest kept one whose own day isn't later. Days before the first kept generation, and after
 * the last known day, are unknown: they have no word.
 */
#ifndef ISMAPFS_DAYS_H
#define ISMAPFS_DAYS_H

#include <stdint.h>

#include "common/timestamp.h"

enum day_basis {
	DAY_PUBLISHED,	 /* a kept generation is of that day */
	DAY_CONFIRMED,	 /* the list before was known to be the newest until the day's end */
	DAY_UNCONFIRMED, /* nobody asked: the list may have been another one */
	DAY_BASIS_COUNT,
};

/* The word that the tree has for it. */
static inline const char *day_basis_word(enum day_basis basis)
{
	static const char *const words[DAY_BASIS_COUNT] = {"published", "confirmed", "unconfirmed"};

	return words[basis];
}

/*
 * The basis of a day whose generation is of generation_day, and was known to be the newest until
 * held_until (milliseconds since 1970 UTC). Of the store's newest generation that is the state's
 * held_until, if the state speaks of that generation (state.h), else its time of publication.
 */
static inline enum day_basis day_basis(const char *zone, int64_t day, int64_t generation_day,
				       int64_t held_until)
{
	if (generation_day == day)
		return DAY_PUBLISHED;
	return day_begins(zone, day + 1) <= held_until ? DAY_CONFIRMED : DAY_UNCONFIRMED;
}

/* The last day that something is known of, by the newest generation: the day until which it was
 * known to be the newest, or its own. */
static inline int64_t day_last_known(const char *zone, int64_t newest_day, int64_t held_until)
{
	int64_t held_day = day_in_zone(zone, held_until);

	return held_day > newest_day ? held_day : newest_day;
}

/* A line of at/days, with its newline: the day, a tab, its word. The document of the store ends
 * with the newest generation's day; the driver adds the days since, as the state has them. */
#define DAY_LINE_SIZE (DAY_TEXT_SIZE + 32)

static inline int day_line(int64_t day, enum day_basis basis, char line[static DAY_LINE_SIZE])
{
	char text[DAY_TEXT_SIZE];

	day_format(day, text);
	return snprintf(line, DAY_LINE_SIZE, "%s\t%s\n", text, day_basis_word(basis));
}

/* So many days after the newest generation's own at most: the driver has no directories for more
 * (inode.h). */
#define DAYS_SINCE_MAX 1023
#define DAYS_SINCE_SIZE ((DAYS_SINCE_MAX + 1) * DAY_LINE_SIZE)

/* The lines of at/days that follow the store's document: the days after the newest generation's
 * own, up to the last known one. With a NUL; returns the length. */
static inline size_t days_since(const char *zone, int64_t newest_day, int64_t held_until,
				char text[static DAYS_SINCE_SIZE])
{
	int64_t last = day_last_known(zone, newest_day, held_until);
	size_t length = 0;

	text[0] = '\0';
	for (int64_t day = newest_day + 1; day <= last && day - newest_day <= DAYS_SINCE_MAX; day++)
		length += (size_t)day_line(day, day_basis(zone, day, newest_day, held_until),
					   text + length);
	return length;
}

#endif
