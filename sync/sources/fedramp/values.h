/* From a product of the FedRAMP publication to the values and entities of a service. */
#ifndef ISMAPFS_FEDRAMP_VALUES_H
#define ISMAPFS_FEDRAMP_VALUES_H

#include <cjson/cJSON.h>

#include "stage/staging.h"

/* Stages everything that a product states about itself. Returns 0 or −errno. */
int fedramp_stage_values(struct staging *staging, int64_t service, const cJSON *product);

#endif
