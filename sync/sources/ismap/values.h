/* From the fields of a portal's row to the values of a service. */
#ifndef ISMAPFS_ISMAP_VALUES_H
#define ISMAPFS_ISMAP_VALUES_H

#include <cjson/cJSON.h>

#include "stage/publication.h"

/* The first field that stands for one of ours; NULL when there is none, or it is empty. */
const cJSON *ismap_field(const cJSON *fields, const char *name);

/* What a page shows of a field: its display, else its value. */
const char *ismap_shown(const cJSON *field);

/*
 * Stages everything that a row states: what stands for a field of ours as that,
 * all else as extra.LABEL. edition: of the controls that it declares. *odd is
 * raised by the number of values that couldn't be read as what they should be,
 * and are kept as extra.LABEL. Returns 0 or −errno.
 */
int ismap_stage_values(struct staging *staging, int64_t service, const cJSON *fields,
		       const char *edition, size_t *odd);

#endif
