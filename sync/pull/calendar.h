/*
 * What the calendar alone changes about a list: a service that is still listed
 * when its date has passed is `past-date`, from the day after on. The rule is
 * applied while staging; what it changes between two publications becomes
 * generations of its own, dated by the rule rather than by when we looked.
 */
#ifndef ISMAPFS_VALIDITY_H
#define ISMAPFS_VALIDITY_H

#include "pull/update.h"
#include "sources/source.h"

/* Marks the staged services whose date is before the day of this run, by the registry's rule. */
int validity_stage(sqlite3 *database, const struct registry *registry);

/*
 * Which services that the store shows as registered pass their date after its
 * newest generation and by an instant; of them, with staged set, only those
 * which the staged publication leaves past their date too. *due receives a JSON
 * array of {"day", "key"}, the caller's to free, or NULL when there are none.
 */
int validity_due(sqlite3 *database, int64_t until, bool staged, char **due);

/* Adds a generation for each day in due. now: of the run, ms. */
int validity_catch_up(struct updater *updater, const char *due, int64_t now);

/*
 * Brings a store up to a moment at which nothing else is known. Writes nothing
 * when no date passed, or when the list isn't one that the rule is for.
 * *services receives how many passed their date.
 */
int validity_run(struct store_directory *store, int64_t now, int64_t *services);

#endif
