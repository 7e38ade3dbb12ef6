/* What changed about services, row by row: for changes/ and for the subcommand of that name. */
#ifndef ISMAPFS_CHANGES_H
#define ISMAPFS_CHANGES_H

#include "util/buffer.h"
#include "store/database.h"

/*
 * The columns that every list of changes has, after any WHERE: sequence number,
 * time of publication (ms), kind, service, field or relation
 * ("" for none), old, new.
 */
#define CHANGES_SELECT \
	"SELECT c.seq, g.published_at, c.kind, e.key," \
	" CASE WHEN c.relation = 0 THEN 'baseline' ELSE coalesce(f.name, r.name, '') END," \
	" CASE WHEN c.relation = 0 THEN coalesce(ob.key, '') ELSE coalesce(o.text, ol.name, '') " \
	"END," \
	" CASE WHEN c.relation = 0 THEN coalesce(nb.key, '') ELSE coalesce(n.text, nl.name, '') " \
	"END," \
	" g.day" \
	" FROM change c JOIN generation g ON g.id = c.gen JOIN entity e ON e.id = c.entity" \
	" LEFT JOIN field f ON f.id = c.field LEFT JOIN value o ON o.id = c.old_value" \
	" LEFT JOIN value n ON n.id = c.new_value LEFT JOIN relation r ON r.id = c.relation" \
	" LEFT JOIN link ol ON ol.id = c.old_link LEFT JOIN entity ob ON ob.id = ol.target" \
	" LEFT JOIN link nl ON nl.id = c.new_link LEFT JOIN entity nb ON nb.id = nl.target "

/* A row of such a query as a line: tab-separated, tabs and newlines within a value escaped. */
void changes_put_tsv(struct buffer *buffer, sqlite3_stmt *row);

/* The same as a JSON object, without a newline. */
void changes_put_json(struct buffer *buffer, sqlite3_stmt *row);

#endif
