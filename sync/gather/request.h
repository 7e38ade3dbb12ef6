/* What a pull is asked for. */
#ifndef ISMAPFS_PULL_REQUEST_H
#define ISMAPFS_PULL_REQUEST_H

#include "fetch/network.h"
#include "sources/source.h"

/* So many locations may be named (COMMAND_TEXTS_MAX); a folder may hold more documents. */
#define PULL_FROM_MAX 16

/* Losing more than this share of the listed services at once refuses a publication. */
#define UPDATE_LOSS_LIMIT_DEFAULT 20
#define UPDATE_LOSS_LIMIT_REGISTRY (-1)

struct pull_request {
	const struct reader *reader;
	struct location from[PULL_FROM_MAX];
	size_t from_count;	/* 0: the source's official addresses */
	const char *list_shape; /* the only official list that is asked for; NULL: the first */
	size_t size_max;	/* bytes of all documents, after unpacking */
	bool only_files;	/* no pipe or device, which could keep us waiting for ever */
	int64_t at;		/* ms; 0: not stated */
	bool at_is_day; /* at is a day's beginning, in the registry's zone: local_instant() */
	int loss_limit; /* percent */
	bool accept_loss;
	/* For a service that pulls again and again: when, in ms from the end of this pull. 0:
	 * nobody knows. */
	int64_t next_after_success;
	int64_t next_after_failure;
	/* quiet: print only what changed. Without an interrupt, signals are minded while asking. */
	struct network network;
	struct source_options source_options;
	const char *public_key;	     /* for a mirror: a file of them */
	const char *stamp_authority; /* an address that stamps new generations (stamp/ask.h); NULL:
				      * nobody does */
	bool keep_publications;	     /* as they were fetched (gather/keep.h) */
	bool silent; /* of a mirror: print no result, as the caller's answer follows */
};

#define PULL_REQUEST_DEFAULT \
	{ \
		.size_max = LIMIT_PUBLICATION_SIZE, .loss_limit = UPDATE_LOSS_LIMIT_REGISTRY, \
		.network = NETWORK_DEFAULT, .source_options = { \
			.delay = SOURCE_DELAY_DEFAULT \
		} \
	}

/* The first location that is asked, for messages. */
static inline const char *pull_request_place(const struct pull_request *request)
{
	return request->from_count > 0 ? request->from[0].text
				       : request->reader->documents[0].addresses[0].text;
}

#endif
