/*
 * What feeds and calendars say, in the registry's language if that is Japanese, else in
 * English. They are documents of the store, the same for every reader, so the language
 * of messages doesn't count.
 */
#ifndef ISMAPFS_FEED_WORDS_H
#define ISMAPFS_FEED_WORDS_H

#include <stdbool.h>

#include "sources/source.h"
#include "store/database.h"
#include "util/buffer.h"

struct feed_words {
	const char *language;	     /* a tag */
	const char *changes, *dates; /* what stands behind the list's name in a title */
	const char *came, *came_back, *left;
	const char *left_stated; /* with %s for the source's word */
	const char *still_holds, *holds_now, *holds_no_more, *perhaps_no_more;
	const char *valid_until, *valid_until_derived, *annual_assessment, *next_report;
	const char *provider;
	const char *not_official;
};

/* The list that a feed is of. */
struct feed_list {
	char uuid[40];
	struct buffer title;
	const struct registry *registry; /* NULL: one that nothing is known of */
	const struct feed_words *words;
};

/* Reads it. The caller releases it. Returns 0 or -errno, already reported. */
int feed_list_read(sqlite3 *database, struct feed_list *list);

/* Also for the cleanup attribute. */
void feed_list_release(struct feed_list *list);
#define _cleanup_feed_list_ __attribute__((cleanup(feed_list_release)))

/* A value as the feed shows it: a word of status in its language, U+2013 for nothing, a long text
 * cut. */
void feed_put_value(struct buffer *text, const struct feed_list *list, const char *field,
		    const char *value);

/* A name, cut if it is a long one. */
void feed_put_name(struct buffer *text, const char *name);

/* Whether it is an address of the web, of the characters that a URI has, and not too long a one. */
bool feed_is_address(const char *url);

#endif
