/* The portal's list as one document (capture.h), from the portal, from saved pages of it, or from a
 * file that holds one already. */
#ifndef ISMAPFS_PORTAL_H
#define ISMAPFS_PORTAL_H

#include "sources/source.h"

/* Of struct source: a visit of the portal at an address, or one request.
 */
int portal_fetch(struct network *network, const struct fetch_request *request,
		 const struct source_options *options, struct fetch_result *result);

#endif
