/* A pull's publication, asked for until it comes or there is no sense in it any more. */
#ifndef ISMAPFS_ASK_H
#define ISMAPFS_ASK_H

#include "pull/request.h"
#include "store/directory.h"

/* The request's network; the store's state tells of each attempt and of the next. */
struct network ask_network(struct store_directory *store, const struct pull_request *request);

/*
 * Gets what the request names, under the conditions that the store's state knows,
 * as its source does. Returns 0; or fetch()'s error, -EINTR when told to stop, or
 * -EBADMSG for an answer that is refused, which the result then holds.
 */
int ask(const struct store_directory *store, const struct pull_request *request,
	struct network *network, struct reason *reason, struct fetch_result *fetched);

#endif
