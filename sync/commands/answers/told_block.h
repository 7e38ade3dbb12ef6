/* What changed about one service, as lines for people. */
#ifndef ISMAPFS_TOLD_BLOCK_H
#define ISMAPFS_TOLD_BLOCK_H

#include "commands/answers/told_value.h"

#define TOLD_COLUMN 4

/* Prints the service of changes_find_service() with its changes, rows of (kind, what, old, new,
 * important, type). Returns 0 or -errno, already reported. */
int told_block_print(struct page *page, const struct told_style *style, sqlite3_stmt *service,
		     sqlite3_stmt *changes);

/* Prints the changes of a day below a service that has a page of its own, unless only counters and
 * texts changed. Returns 1; 0 for nothing printed; or -errno, already reported. */
int told_block_print_day(struct page *page, const struct told_style *style, const char *day,
			 sqlite3_stmt *service, sqlite3_stmt *changes);

#endif
