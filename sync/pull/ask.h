/* A pull's publication, asked for until it comes or there is no sense in it any more. */
#ifndef ISMAPFS_ASK_H
#define ISMAPFS_ASK_H

#include "fetch/answer.h"
#include "pull/request.h"
#include "store/directory.h"

/*
 * fetch() what the request names, under the conditions that the store's state
 * knows. A server that can't answer now is asked again, and the state file
 * tells of it meanwhile; a file is read once. *asked receives how long the
 * server wants to be left alone, in ms, or 0.
 * Returns 0 or fetch()'s error; -EINTR when told to stop.
 */
int ask(struct store_directory *store, const struct pull_request *request, struct reason *reason,
	struct fetch_result *fetched, int64_t *asked);

#endif
