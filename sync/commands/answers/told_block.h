/* What changed about one service, as lines for people. */
#ifndef ISMAPFS_TOLD_BLOCK_H
#define ISMAPFS_TOLD_BLOCK_H

#include "sources/source.h"
#include "store/database.h"
#include "terminal/page.h"

struct told_style {
	const struct registry *registry; /* NULL: one that nothing is known of */
	bool all;			 /* texts, counters and long lists, too */
};

/* Prints the service of changes_find_service() with its changes, rows of (kind, what, old, new,
 * important, type). Returns 0 or -errno, already reported. */
int told_block_print(struct page *page, const struct told_style *style, sqlite3_stmt *service,
		     sqlite3_stmt *changes);

#endif
