/* A visit of a portal, from its first page to its last: the map's list pages, then the page of each
 * service on them. */
#ifndef ISMAPFS_PORTAL_VISIT_H
#define ISMAPFS_PORTAL_VISIT_H

#include "sources/source.h"

/* The `fetch` of struct reader. */
int portal_visit(struct network *network, const struct fetch_request *request,
		 const struct source_options *options, struct fetch_result *result);

#endif
