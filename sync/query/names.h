/*
 * Finding services by what people write: a number, or a name that a service has or had.
 * All are kept folded (fold.h) and sorted, so that many can be looked up.
 */
#ifndef ISMAPFS_QUERY_NAMES_H
#define ISMAPFS_QUERY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/database.h"

struct named_service {
	int64_t entity;
	char *number; /* or the key that stands for one */
	bool listed;
};

/* What a text is of a service. A smaller one counts before a greater one: a number before a name,
 * what is listed before what left, what is before what was. */
enum name_kind {
	NAME_IS_NUMBER,
	NAME_IS_OF_LISTED,
	NAME_IS_OF_LEFT,
	NAME_WAS_OF_LISTED,
	NAME_WAS_OF_LEFT,
};

struct folded_name {
	char *text;
	enum name_kind kind;
	size_t service; /* its place among the services */
};

struct names {
	struct named_service *services; /* by number */
	size_t count, capacity;
	struct folded_name *names; /* by text, kind, service; none twice */
	size_t name_count, name_capacity;
};

/* Reads the names of a store's services. The caller releases them. Returns 0 or -errno, already
 * reported. */
int names_read(sqlite3 *database, struct names *names);

void names_release(struct names *names);
#define _cleanup_names_ __attribute__((cleanup(names_release)))

/* No more services of one name are told apart: each line of a file may have such a name. */
#define NAMES_FOUND_MAX 1000

/*
 * Finds what a text means: the services whose number it is or, where there is none, those that have
 * or had that name. A text longer than FOLD_INPUT_MAX bytes means nothing. One whose number it is
 * to the letter is the only one. Returns how many, NAMES_FOUND_MAX at most; *found points to the
 * first of them.
 */
size_t names_find(const struct names *names, const char *text, const struct folded_name **found);

#endif
