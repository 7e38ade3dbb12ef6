/*
 * Since when a service has its status: one definition for every answer, table and page.
 *
 * The registry's own history or dates decide; where it has none, the day on which this
 * copy of the list first saw the status does, and that is told apart: the status may be
 * older than that.
 */
#ifndef ISMAPFS_SINCE_H
#define ISMAPFS_SINCE_H

#include "common/timestamp.h"
#include "sources/source.h"
#include "store/database.h"

/* A service in a generation. Texts are "" where nothing is stated. */
struct since_service {
	int64_t entity, generation;
	const char *status, *in_force, *registered_on;
	const char *delisted_on, *delisted_on_basis;
	const char *events; /* the registry's own history, events.tsv */
};

struct since {
	char day[DAY_TEXT_SIZE]; /* "": nobody knows */
	bool seen;		 /* by this copy: the registry states no day */
};

/* Prepares the query that since_find() asks, once for many services. Returns 0 or -errno, already
 * reported. */
int since_prepare(sqlite3 *database, sqlite3_stmt **query);

/* Finds it. registry: NULL where nothing is known of it. Returns 0 or -errno, already reported. */
int since_find(sqlite3_stmt *query, const struct registry *registry,
	       const struct since_service *service, struct since *since);

#endif
