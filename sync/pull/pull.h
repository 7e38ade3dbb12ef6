/* One pull: fetch, update, and the record of it in the state file. */
#ifndef ISMAPFS_PULL_H
#define ISMAPFS_PULL_H

#include "gather/request.h"
#include "store/directory.h"
#include "util/exit_code.h"

/*
 * Runs one pull on a store that is open for writing; says on stdout what came of
 * it. A server that can't answer now is asked again (retry.h); the state file
 * tells of each failed attempt, and of the next. SIGINT and SIGTERM end the
 * asking with EXIT_FETCH.
 */
enum exit_code pull(struct store_directory *store, const struct pull_request *request);

/* Loads a bundled list into an empty store; it never counts as checked against its source. */
enum exit_code pull_bundled(struct store_directory *store, const struct registry *registry);

/*
 * Plans the next pull in the state. answered: the source had its say; asked: how
 * long the server wants to be left alone, ms.
 */
void pull_plan_next(struct state *state, const struct pull_request *request, bool answered,
		    int64_t asked);

#endif
