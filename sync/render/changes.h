/* What changed about services, row by row: for changes/ and for the subcommand of that name. */
#ifndef ISMAPFS_CHANGES_H
#define ISMAPFS_CHANGES_H

#include "util/buffer.h"
#include "store/database.h"

/* The columns of a change. TSV and JSON have those up to the new value, and the first two only
 * where they aren't NULL. */
enum change_column {
	CHANGE_SEQUENCE,
	CHANGE_TIME, /* of publication, ms */
	CHANGE_KIND,
	CHANGE_SERVICE,
	CHANGE_WHAT, /* the field or relation; "": none */
	CHANGE_OLD,
	CHANGE_NEW,
	CHANGE_IMPORTANT, /* 1: of the listing, the status, the level, the class or validity */
	CHANGE_OWN,	  /* 1: the list is the same, but this program writes another word */
	CHANGE_ENTITY,
	CHANGE_BEFORE, /* generations */
	CHANGE_AFTER,
	CHANGE_DAY,
	CHANGE_TYPE, /* of the field; "relation" for links */
	CHANGE_COLUMN_COUNT,
};

/*
 * Prepares the query for changes that `rest` asks for, its WHERE and ORDER BY, in
 * which c is the change, g its generation, e the service, and `what`, `important` and
 * `own` are columns. Which changes are this program's own is known only after
 * changes_tell_own_words().
 */
int changes_select(sqlite3 *database, const char *rest, sqlite3_stmt **rows);

/* The same with what stands before the query, such as CREATE TEMP TABLE told AS. */
int changes_select_into(sqlite3 *database, const char *into, const char *rest, sqlite3_stmt **rows);

/* Finds the changes of a status that are only another word of this program for what its registry
 * says as before. They aren't important. Returns 0 or -errno, already reported. */
int changes_tell_own_words(sqlite3 *database);

/* What is known of a service when it changed. "": it isn't. */
enum change_service_column {
	CHANGE_SERVICE_NUMBER,
	CHANGE_SERVICE_NAME, /* as in the next one, of before where it isn't stated any more */
	CHANGE_SERVICE_PROVIDER,
	CHANGE_SERVICE_FORCE_BEFORE, /* in-force */
	CHANGE_SERVICE_FORCE_AFTER,
	CHANGE_SERVICE_STATUS, /* after the change, as the others below */
	CHANGE_SERVICE_STATUS_SOURCE,
	CHANGE_SERVICE_DELISTED_BASIS,
	CHANGE_SERVICE_URL,
};

/* Prepares the query for that, and asks it of a service and the generations before and after.
 * Return 0 or -errno, already reported. */
int changes_prepare_service(sqlite3 *database, sqlite3_stmt **service);
int changes_find_service(sqlite3_stmt *service, int64_t entity, int64_t before, int64_t after);

/* A row of such a query as a line: tab-separated, tabs and newlines within a value escaped. */
void changes_put_tsv(struct buffer *buffer, sqlite3_stmt *row);

/* The same as a JSON object, without a newline. */
void changes_put_json(struct buffer *buffer, sqlite3_stmt *row);

#endif
