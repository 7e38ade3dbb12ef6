/*
 * The interchange format (ismap-interchange(5)), in three parts: values of any
 * entity, criteria (editions, controls, baselines), and services.
 */
#ifndef ISMAPFS_INTERCHANGE_H
#define ISMAPFS_INTERCHANGE_H

#include <cjson/cJSON.h>

#include "stage/publication.h"

/* Whose members are being read. */
enum interchange_kind {
	INTERCHANGE_SERVICE,
	INTERCHANGE_PROVIDER,
	INTERCHANGE_CONTROL,
};

/*
 * Stages one member of an object as a value of the entity. where names the
 * object in messages. Returns -EBADMSG, already reported, when the member is
 * unknown for this kind or isn't of its field's type.
 */
int interchange_stage_value(struct staging *staging, struct publication *publication,
			    enum interchange_kind kind, int64_t sid, const char *where,
			    const cJSON *member);

/*
 * Refuses items of an array that are called the same and differ otherwise: nobody can tell
 * which of them is right. An item's name is the text of a member or, where it has none, of
 * another (NULL: no other one). what names the kind.
 */
int interchange_refuse_repeated(struct publication *publication, const cJSON *items,
				const char *member, const char *other, const char *what);

/* Stages `editions` and `baselines`, where the document has them. */
int interchange_stage_catalogue(struct staging *staging, struct publication *publication,
				const cJSON *root);

/* Stages `providers` and `services`. */
int interchange_stage_services(struct staging *staging, struct publication *publication,
			       const cJSON *root);

/*
 * Finds the staging id of a control `edition/id` or of a baseline, in the staged
 * catalogue or else in the store's. Returns -EBADMSG, already reported, when there
 * is none of that key.
 */
int interchange_find_target(struct staging *staging, struct publication *publication,
			    enum kind kind, const char *where, const char *key, int64_t *sid);

#endif
