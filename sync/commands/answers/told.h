/* Changes for people: a heading with counts, then service by service, the newest first. */
#ifndef ISMAPFS_TOLD_H
#define ISMAPFS_TOLD_H

#include <stdbool.h>

#include "store/database.h"

/* The changes that a page shows: a table with the columns of render/changes.h. */
#define TOLD_TABLE "CREATE TEMP TABLE told AS "

struct told {
	const char *range; /* what the changes are of: days */
	bool important;	   /* the table has important changes alone */
	bool all;	   /* those of the other fields are shown, too */
	bool filtered;	   /* the table lacks changes of these days */
};

/* Prints the page, and how many changes the table has in *count. Returns 0 or -errno, already
 * reported. */
int told_print(sqlite3 *database, const struct told *told, int *count);

#endif
