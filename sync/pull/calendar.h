/*
 * What the calendar alone changes about a list (past_date.h): between two
 * publications it becomes generations of its own, a day each, dated by the rule
 * rather than by the moment at which somebody looked.
 */
#ifndef ISMAPFS_CALENDAR_H
#define ISMAPFS_CALENDAR_H

#include "pull/update.h"

/* Adds what the calendar did since the newest generation, and then a publication (updater_add). */
int calendar_add(struct updater *updater, const struct update_request *request,
		 struct update_result *result);

/*
 * Brings a store up to now, about which nothing else is known. Writes nothing when no
 * date passed. *services receives how many services passed theirs; if any,
 * the caller writes the state.
 */
int calendar_run(struct store_directory *store, const struct clock_reading *clock,
		 int64_t *services);

#endif
