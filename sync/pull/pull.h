/* One pull: fetch, update, and the record of it in the state file. */
#ifndef ISMAPFS_PULL_H
#define ISMAPFS_PULL_H

#include "commands/command.h"
#include "fetch/interrupt.h"
#include "sources/ismap/portal/portal.h"
#include "sources/source.h"
#include "fetch/retry.h"
#include "store/directory.h"
#include "pull/update.h"

/* Greater publications than this, in bytes after unpacking, are nobody's list. */
#define PULL_SIZE_MAX (64 * 1024 * 1024)

struct pull_request {
	const struct reader *reader;
	const char *location;
	const char *ca_file; /* or NULL */
	int64_t at;	     /* ms; 0: not stated */
	int loss_limit;	     /* percent; as in update.h */
	bool accept_loss;
	bool quiet;   /* print only what changed, and why nothing could be had */
	bool verbose; /* say what is asked and answered */
	/* The network: how often again, and after how long first. */
	int retries;
	int64_t retry_delay; /* ms */
	/* For who pulls again and again: when, in ms from the end of this pull. 0: nobody knows. */
	int64_t next_after_success;
	int64_t next_after_failure;
	/* For a source that visits a portal (portal.h). */
	const char *map;      /* a label map of the user's, or NULL */
	const char *liu_page; /* or NULL */
	const char *contact;  /* or NULL */
	int64_t delay;	      /* between two requests, ms */
	/* For a mirror. */
	const char *public_key;	     /* a file of them */
	void *share;		     /* as in fetch.h */
	struct interrupt *interrupt; /* the caller's own; NULL: signals are minded while asking */
};

#define PULL_REQUEST_DEFAULT \
	{ \
		.loss_limit = UPDATE_LOSS_LIMIT_REGISTRY, .retries = RETRY_COUNT_DEFAULT, \
		.retry_delay = RETRY_DELAY_DEFAULT, .delay = PORTAL_DELAY_DEFAULT \
	}

/*
 * Runs one pull on a store that is open for writing; says on stdout what came of
 * it. A server that can't answer now is asked again (retry.h); the state file
 * tells of each failed attempt, and of the next. SIGINT and SIGTERM end the
 * asking with EXIT_FETCH.
 */
enum exit_code pull(struct store_directory *store, const struct pull_request *request);

/* Loads a bundled list into an empty store; it never counts as checked against its source. */
enum exit_code pull_bundled(struct store_directory *store, const struct registry *registry);

/* --at: YYYY-MM-DD or a time with its offset or Z; a day or a time without one is UTC. 0 or
 * -EINVAL. */
int pull_parse_time(const char *text, int64_t *at);

#endif
