/* Foreign JSON: cJSON, without its traps. */
#ifndef ISMAPFS_JSON_H
#define ISMAPFS_JSON_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "util/reason.h"

static inline void cleanup_json(cJSON **json)
{
	cJSON_Delete(*json);
}
#define _cleanup_json_ __attribute__((cleanup(cleanup_json)))

/* How many values a text holds, at most; and how many one of that length may hold (store_limits.h).
 */
size_t json_count_values(const unsigned char *bytes, size_t length);
size_t json_values_limit(size_t length);

/*
 * Parses a text whole: valid UTF-8 without NUL, nothing behind the value, within the
 * limits of depth and of values, which are counted before cJSON makes anything of
 * them; anything else is refused with -EBADMSG. bytes end in a NUL behind length.
 * Escaped NULs, which would cut strings short, and lone surrogates become U+FFFD in
 * bytes. The caller deletes *json.
 */
int json_parse(unsigned char *bytes, size_t length, struct reason *reason, cJSON **json);

/* Refuses members that come twice in one object: cJSON keeps both, and either may be meant. */
int json_refuse_repeated(struct reason *reason, const cJSON *object);

/* The same for every object in a tree. */
int json_refuse_repeated_within(struct reason *reason, const cJSON *node);

/* Whether two values are equal; the order of members doesn't count. Names must not be repeated. */
bool json_equal(const cJSON *left, const cJSON *right);

/* Refuses members whose names aren't among names, a list up to a NULL; what names the object. */
int json_refuse_unknown(struct reason *reason, const cJSON *object, const char *what,
			const char *const *names);

/* A member by its exact name (cJSON's own look-up ignores case), or NULL. */
const cJSON *json_member(const cJSON *object, const char *name);

/* A member's text; "" where it is missing, null or not a string. Lives as long as the object. */
const char *json_text(const cJSON *object, const char *name);

#endif
