/*
 * A list that people ask about: a store's newest generation, opened for reading, and
 * what an answer says of it.
 */
#ifndef ISMAPFS_QUERY_LIST_H
#define ISMAPFS_QUERY_LIST_H

#include "sources/source.h"
#include "stale.h"
#include "store/reader.h"

/* What is asked again for each service of an answer. */
enum list_query {
	LIST_SERVICE,
	LIST_SINCE,
	LIST_BUILT_ON,
	LIST_LOWERED,
	LIST_QUERY_COUNT,
};

struct list {
	struct store_directory store;
	sqlite3 *database;
	sqlite3_stmt **queries; /* by enum list_query; NULL until it is asked */
	char *registry, *title, *title_en, *language;
	const struct registry *known; /* what the program knows of the registry; may be NULL */
	char zone[STORE_ZONE_SIZE];
	char day[DAY_TEXT_SIZE];   /* of the list */
	char begin[DAY_TEXT_SIZE]; /* the first day that the store keeps */
	int64_t generation;
	int64_t services, left;
	int64_t now; /* ms since 1970 UTC: when it was asked */
	enum stale_reason stale;
	char stale_sentence[STALE_SENTENCE_SIZE]; /* "" where it may be relied on */
};

#define LIST_CLOSED \
	{ \
		.store = STORE_DIRECTORY_CLOSED \
	}

/* Opens the list of a store. The caller closes it, also after an error. Returns 0 or -errno,
 * already reported. */
int list_open(struct list *list, const char *path);

void list_close(struct list *list);
#define _cleanup_list_ __attribute__((cleanup(list_close)))

/* Begins a query about a list, with that SQL: prepared once, then reset. Its rows are the list's
 * and last until the same query begins again. Returns 0 or -errno, already reported. */
int list_query(const struct list *list, enum list_query query, const char *sql,
	       sqlite3_stmt **rows);

/* The list's name, in that language where the list has one in it. */
const char *list_title(const struct list *list, const char *language);

#endif
