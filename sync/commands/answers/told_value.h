/* The parts of what changed: fields, their words, and lists as what came and what went. */
#ifndef ISMAPFS_TOLD_VALUE_H
#define ISMAPFS_TOLD_VALUE_H

#include "sources/source.h"
#include "store/database.h"
#include "terminal/page.h"

struct told_style {
	const struct registry *registry; /* NULL: one that nothing is known of */
	bool all;			 /* texts, counters and long lists, too */
	bool advise;			 /* that --all shows what isn't shown */
	int column;			 /* where lines begin */
	int items;			 /* of a list that are shown, unless all are */
	sqlite3_stmt *names;		 /* of told_prepare_names() */
};

/* Prepares what finds the name of a service by its number. Returns 0 or -errno, already reported.
 */
int told_prepare_names(sqlite3 *database, sqlite3_stmt **names);

/* Whether a status holds, but less than another one that holds: a registry's statuses are written
 * down from the best to the worst. registry may be NULL: then nobody knows. */
bool told_is_lesser(const struct registry *registry, const char *old, const char *new);

/* A word as people of the reader's language write it; a dash for none. */
const char *told_word(const struct told_style *style, const char *what, const char *word);

/* Puts a field's name and moves to the column of its value; a longer name stands in a line of its
 * own. */
void told_put_field(struct page *page, const struct told_style *style, const char *what,
		    int column);

struct told_list {
	const char *what;      /* the field or relation */
	bool of_services;      /* items are numbers of services, which have names */
	const char *old, *new; /* one item a line */
};

/* Puts what came onto a list and what went, one a line, from a column on. Returns 0 or -errno,
 * already reported. */
int told_put_list(struct page *page, const struct told_style *style, const struct told_list *list,
		  int column);

#endif
