/* One pull: fetch, update, and the record of it in the state file. */
#ifndef ISMAPFS_PULL_H
#define ISMAPFS_PULL_H

#include "command.h"
#include "publication.h"
#include "store_directory.h"

/* Greater publications than this, in bytes after unpacking, are nobody's list. */
#define PULL_SIZE_MAX (64 * 1024 * 1024)

struct pull_request {
	const struct source *source;
	const char *location;
	const char *ca_file; /* or NULL */
	int64_t at;	     /* ms; 0: not stated */
	int loss_limit;	     /* percent */
	bool accept_loss;
	bool quiet; /* print only what changed */
};

/* Runs one pull on a store that is open for writing; says on stdout what came of it. */
enum exit_code pull(struct store_directory *store, const struct pull_request *request);

/* Loads a bundled list into an empty store; it never counts as checked against its source. */
enum exit_code pull_bundled(struct store_directory *store, const char *registry);

/* --at: YYYY-MM-DD or a time with its offset or Z; a day or a time without one is UTC. 0 or
 * -EINVAL. */
int pull_parse_time(const char *text, int64_t *at);

#endif
