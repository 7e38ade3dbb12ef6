/*
 * The rule of the day: a service that is still listed when its date has passed
 * gets another status, from the day after on. A registry may have such a rule
 * (source.h); it holds for lists that were read without it. A mirror, or a list in
 * the interchange format, says itself what holds.
 */
#ifndef ISMAPFS_PAST_DATE_H
#define ISMAPFS_PAST_DATE_H

#include "sources/source.h"

/* The registry whose rule holds for the newest list of a store, and who read that list;
 * *registry receives NULL when there is no such rule. */
int past_date_rule(sqlite3 *database, const struct registry **registry,
		   const struct reader **reader);

/* Marks the staged services whose date is before the day of the publication. */
int past_date_mark(sqlite3 *database, const struct registry *registry);

/*
 * Fills the temporary table `due` (day, key, status) with the services that the
 * store shows, whose date has passed by an instant (ms), and which aren't marked.
 * *count receives how many they are.
 */
int past_date_find(sqlite3 *database, int64_t until, int64_t *count);

/* Fills it with those alone that passed their date after the newest generation, and which the
 * staged publication leaves past their date too. */
int past_date_find_staged(sqlite3 *database, int64_t until, int64_t *count);

#endif
