/*
 * What FedRAMP's documents say about a service together, on its way into the
 * store.
 */
#ifndef ISMAPFS_FEDRAMP_STAGE_H
#define ISMAPFS_FEDRAMP_STAGE_H

#include "sources/fedramp/documents/changelog.h"
#include "sources/fedramp/documents/overview.h"
#include "sources/fedramp/documents/service.h"
#include "sources/fedramp/verdict.h"
#include "stage/staging.h"
#include "util/reason.h"

/* What is known of a service. NULL where a document doesn't speak of it. */
struct fedramp_facts {
	const struct fedramp_service *service;
	const struct fedramp_history *history;
	const struct fedramp_overview *overview;
	const struct fedramp_verdict *verdict;
	const struct fedramp_ids *known; /* of services that may be named */
};

/*
 * Stages a service: under services/ or, when it is called delisted, under
 * delisted/. The first class that asks for a baseline that the store lacks stages
 * the bundled catalogue. 0 or -errno, already reported or with its sentence in
 * reason.
 */
int fedramp_stage_service(struct staging *staging, const char *id,
			  const struct fedramp_facts *facts, struct reason *reason);

#endif
