/* From the fields of a portal's row to the values of a service. */
#ifndef ISMAPFS_ISMAP_VALUES_H
#define ISMAPFS_ISMAP_VALUES_H

#include <cjson/cJSON.h>

#include "stage/publication.h"

/* The first field that stands for one of ours; NULL when there is none, or it is empty. */
const cJSON *ismap_field(const cJSON *fields, const char *name);

/* What a page shows of a field: its display, or its value where it has none. */
const char *ismap_shown(const cJSON *field);

/*
 * Stages everything that a row states: fields that the map knows as our fields,
 * all others as extra.LABEL. edition is that of the controls that it declares.
 * Adds to *odd the number of values that couldn't be read as what their labels
 * say and are kept as extra.LABEL. Returns 0 or -errno.
 */
int ismap_stage_values(struct staging *staging, int64_t service, const cJSON *fields,
		       const char *edition, size_t *odd);

#endif
