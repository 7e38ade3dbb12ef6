/* JSON from strangers: cJSON, with the traps that it leaves open closed. */
#ifndef ISMAPFS_JSON_H
#define ISMAPFS_JSON_H

#include <cjson/cJSON.h>

#include "stage/publication.h"

/* Nesting beyond this is refused before cJSON's recursion sees it. */
#define JSON_DEPTH_MAX 100

static inline void cleanup_json(cJSON **json)
{
	cJSON_Delete(*json);
}
#define _cleanup_json_ __attribute__((cleanup(cleanup_json)))

/*
 * Parses a publication whole: valid UTF-8 without NUL, nothing behind the value, bounded
 * depth; escaped NULs, which would cut strings short, and lone surrogates become
 * U+FFFD in the bytes. *json is the caller's to delete. -EBADMSG with the reason otherwise.
 */
int json_parse(struct publication *publication, cJSON **json);

/*
 * Members that come twice in one object. cJSON keeps both, and whoever asks for
 * the name gets the first: nobody can tell which one was meant. In our own format
 * each is a mistake; in somebody else's only those that contradict each other,
 * where alike lets the others pass.
 */
int json_refuse_repeated(struct publication *publication, const cJSON *object, bool alike);

/* The same for every object in a tree. */
int json_refuse_repeated_within(struct publication *publication, const cJSON *node, bool alike);

/* Members whose names aren't among names, a list up to a NULL; what names the object. */
int json_refuse_unknown(struct publication *publication, const cJSON *object, const char *what,
			const char *const *names);

/* A member by its exact name (cJSON's own look-up ignores case), or NULL. */
const cJSON *json_member(const cJSON *object, const char *name);

/* A member's text; "" where it is missing, null or not a string. Lives as long as the object. */
const char *json_text(const cJSON *object, const char *name);

#endif
