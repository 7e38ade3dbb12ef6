/*
 * Since when a service has its status; and the registry's own history of that, events.tsv:
 * rows, the oldest first.
 */
#ifndef ISMAPFS_SINCE_H
#define ISMAPFS_SINCE_H

#include <stdbool.h>

#include "common/timestamp.h"
#include "sources/source.h"
#include "store/database.h"

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

/* What decides that. "" for what the list doesn't state. */
struct status_facts {
	int64_t entity, generation;
	const char *status, *in_force;
	const char *events, *registered, *left; /* the table of events; days */
	const char *left_basis; /* of the last one: "stated", or another word, or NULL */
};

struct status_since {
	char day[DAY_TEXT_SIZE]; /* "": nobody knows */
	bool seen; /* by this store, while the registry states no day: it may be older */
};

/* Prepares the query that status_find_since() runs for each service. */
int status_prepare_since(sqlite3 *database, sqlite3_stmt **row);

/*
 * By the registry's own history or dates, else by what this store saw; "" where nobody knows.
 * registry may be NULL. Returns 0 or -errno, already reported.
 */
int status_find_since(sqlite3_stmt *row, const struct registry *registry,
		      const struct status_facts *facts, struct status_since *since);

#endif
