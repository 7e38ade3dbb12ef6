/* From an object of a portal's page to labelled fields. For page.c. */
#ifndef ISMAPFS_PORTAL_FIELDS_H
#define ISMAPFS_PORTAL_FIELDS_H

#include <cjson/cJSON.h>

#include "sources/label_map.h"

/* An object's sys_id when it has one of 32 hexadecimal digits, else NULL. */
const char *portal_sys_id(const cJSON *object);

/* How fields are called: the labels of an object or array beside the rows, to be found by name. */
struct portal_labels {
	const cJSON *node; /* what they were made of */
	struct portal_label {
		const char *name, *label; /* the node's */
		size_t place;
	} * rows;
	size_t count;
};

void portal_labels_make(const cJSON *node, struct portal_labels *labels);
void portal_labels_release(struct portal_labels *labels);
#define _cleanup_portal_labels_ __attribute__((cleanup(portal_labels_release)))

/*
 * Appends the object's fields to an array. labels: what they are called, or NULL.
 * map: says what each stands for, and what to leave out; NULL keeps all. room: the
 * memory that all fields together may still take; 0 once they would have taken more,
 * and then nothing is added.
 */
void portal_fields_add(const cJSON *object, const struct portal_labels *labels,
		       const struct label_map *map, size_t *room, cJSON *fields);

/* Whether a field of the array stands for that field of ours. */
bool portal_fields_have(const cJSON *fields, const char *field);

#endif
