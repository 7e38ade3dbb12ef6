/* What a pull is asked for. */
#ifndef ISMAPFS_PULL_REQUEST_H
#define ISMAPFS_PULL_REQUEST_H

#include "fetch/network.h"
#include "pull/update.h"
#include "sources/source.h"

struct pull_request {
	const struct reader *reader;
	struct location location;
	size_t size_max; /* bytes, after unpacking */
	bool only_files; /* no pipe or device, which could keep us waiting for ever */
	int64_t at;	 /* ms; 0: not stated */
	int loss_limit;	 /* percent; as in update.h */
	bool accept_loss;
	/* For a service that pulls again and again: when, in ms from the end of this pull. 0:
	 * nobody knows. */
	int64_t next_after_success;
	int64_t next_after_failure;
	/* quiet: print only what changed. Without an interrupt, signals are minded while asking. */
	struct network network;
	struct source_options source_options;
	const char *public_key; /* for a mirror: a file of them */
};

#define PULL_REQUEST_DEFAULT \
	{ \
		.size_max = PUBLICATION_SIZE_MAX, .loss_limit = UPDATE_LOSS_LIMIT_REGISTRY, \
		.network = NETWORK_DEFAULT, .source_options = { \
			.delay = SOURCE_DELAY_DEFAULT \
		} \
	}

#endif
