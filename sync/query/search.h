/* Searching a list by words: in numbers, names, names in English and those of providers. */
#ifndef ISMAPFS_QUERY_SEARCH_H
#define ISMAPFS_QUERY_SEARCH_H

#include <stddef.h>

#include "query/list.h"

/* So many words count. */
#define SEARCH_WORDS_MAX 16

/* Where a service stands among what was found. */
enum search_group {
	SEARCH_IN_FORCE,
	SEARCH_OTHERS,
	SEARCH_LEFT,
};

/* How well it matches. */
enum search_fit {
	FIT_WHOLE,    /* a number or a name is what was searched for */
	FIT_BEGIN,    /* one of them begins with it */
	FIT_WORDS,    /* each word begins a word of them */
	FIT_PART,     /* each word is a part of them */
	FIT_PROVIDER, /* some words are only in the provider's name, or in a name that it had */
};

struct search_hit {
	int64_t entity;
	char *number;
	enum search_group group;
	enum search_fit fit;
};

struct search_hits {
	struct search_hit *hits; /* by group, fit, number */
	size_t count, capacity;
};

/* Finds the services in which all words are. The caller releases them. Returns 0 or -errno, already
 * reported. */
int search(const struct list *list, const char *const *words, size_t word_count,
	   struct search_hits *hits);

void search_release(struct search_hits *hits);
#define _cleanup_search_ __attribute__((cleanup(search_release)))

#endif
