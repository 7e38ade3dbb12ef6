/* JSON from strangers: cJSON, with the traps that it leaves open closed. */
#ifndef ISMAPFS_JSON_H
#define ISMAPFS_JSON_H

#include <cjson/cJSON.h>

#include "publication.h"

/* Nesting beyond this is refused before cJSON's recursion sees it. */
#define JSON_DEPTH_MAX 100

static inline void cleanup_json(cJSON **json)
{
	cJSON_Delete(*json);
}
#define _cleanup_json_ __attribute__((cleanup(cleanup_json)))

/*
 * Parses a publication whole: valid UTF-8 without NUL, nothing behind the value, bounded
 * depth; escaped NULs, which would cut strings short, become U+FFFD in the
 * bytes. *json is the caller's to delete. -EBADMSG with the reason otherwise.
 */
int json_parse(struct publication *publication, cJSON **json);

/* A member by its exact name (cJSON's own look-up ignores case), or NULL. */
const cJSON *json_member(const cJSON *object, const char *name);

/* A member's text; "" where it is missing, null or not a string. Lives as long as the object. */
const char *json_text(const cJSON *object, const char *name);

#endif
