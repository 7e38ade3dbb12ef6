/* Changes for people: a heading with counts, then service by service, the newest first. */
#ifndef ISMAPFS_TOLD_H
#define ISMAPFS_TOLD_H

#include "sources/source.h"
#include "store/database.h"
#include "terminal/page.h"

/* The changes that a page shows: a table with the columns of render/changes.h. */
#define TOLD_TABLE "CREATE TEMP TABLE told AS "

struct told {
	const char *range; /* what the changes are of: days */
	bool important;	   /* the table has important changes alone */
	bool all;	   /* those of the other fields are shown, too */
	bool filtered;	   /* the table lacks changes of these days */
	bool unknown;	   /* the store knows none of these days */
};

/* Prints the page, and how many changes the table has in *count. Returns 0 or -errno, already
 * reported. */
int told_print(sqlite3 *database, const struct told *told, int *count);

/* A service whose changes stand on a page of its own. */
struct told_service {
	const struct registry *registry; /* NULL: one that nothing is known of */
	int64_t entity, generation;	 /* changes after that generation aren't told of */
	int most;			 /* days */
};

/* Puts the newest changes of a service below a heading, long lists and texts in short, or left out;
 * *some: there are changes, and the heading. Returns 0 or -errno, already reported. */
int told_put_service(struct page *page, sqlite3 *database, const struct told_service *service,
		     const char *heading, bool *some);

#endif
