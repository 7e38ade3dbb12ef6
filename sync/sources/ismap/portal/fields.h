/* From an object of a portal's page to labelled fields. For page.c. */
#ifndef ISMAPFS_PORTAL_FIELDS_H
#define ISMAPFS_PORTAL_FIELDS_H

#include <cjson/cJSON.h>

#include "sources/label_map.h"

/* An object's sys_id when it has one of 32 hexadecimal digits, else NULL. */
const char *portal_sys_id(const cJSON *object);

/*
 * Appends the object's fields to an array. labels: objects or arrays beside the
 * rows that say how fields are called, or NULL. map: says what each stands for, and
 * what to leave out; NULL keeps all.
 */
void portal_fields_add(const cJSON *object, const cJSON *labels, const struct label_map *map,
		       cJSON *fields);

/* Whether a field of the array stands for that field of ours. */
bool portal_fields_have(const cJSON *fields, const char *field);

#endif
