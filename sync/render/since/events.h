/* The registry's own history of a service's status, events.tsv: rows, the oldest first. */
#ifndef ISMAPFS_EVENTS_H
#define ISMAPFS_EVENTS_H

#include <stdbool.h>

#include "common/timestamp.h"

#define EVENT_TEXT_SIZE 128

/* A row; texts that are longer are cut. */
struct event {
	char date[EVENT_TEXT_SIZE], from[EVENT_TEXT_SIZE], to[EVENT_TEXT_SIZE];
	char type[EVENT_TEXT_SIZE], path[EVENT_TEXT_SIZE], class[EVENT_TEXT_SIZE];
	char recorded[EVENT_TEXT_SIZE];
};

/* The row at *rest, which moves behind it; false at the end. Begin with the text of the field: its
 * heading isn't a row. */
bool events_next(const char **rest, struct event *event);

/* Since when the status is that word without another one in between; a word that the list doesn't
 * show as the status, behind it, is passed over. false: no row has it, or the row of an earlier
 * run: it is of a day before `before`, on which the list showed another status, and was known by
 * then. */
bool events_find_since(const char *table, const char *status, const char *before,
		       char since[static DAY_TEXT_SIZE]);

#endif
