/* What changed about services, row by row: for changes/ and for the subcommand of that name. */
#ifndef ISMAPFS_CHANGES_H
#define ISMAPFS_CHANGES_H

#include "util/buffer.h"
#include "store/database.h"

/*
 * Prepares the query for changes that `rest` asks for, its WHERE and ORDER BY, in
 * which c is the change, g its generation, e the service and `what` the field or
 * relation. The columns: sequence number, time of publication (ms), kind, service,
 * what, old, new.
 */
int changes_select(sqlite3 *database, const char *rest, sqlite3_stmt **rows);

/* A row of such a query as a line: tab-separated, tabs and newlines within a value escaped. */
void changes_put_tsv(struct buffer *buffer, sqlite3_stmt *row);

/* The same as a JSON object, without a newline. */
void changes_put_json(struct buffer *buffer, sqlite3_stmt *row);

#endif
