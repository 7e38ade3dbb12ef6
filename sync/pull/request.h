/* What a pull is asked for. */
#ifndef ISMAPFS_PULL_REQUEST_H
#define ISMAPFS_PULL_REQUEST_H

#include "fetch/interrupt.h"
#include "fetch/retry.h"
#include "pull/update.h"
#include "sources/ismap/portal/portal.h"
#include "stage/publication.h"

struct pull_request {
	const struct source *source;
	const char *location;
	size_t size_max;     /* bytes, after unpacking */
	bool only_files;     /* no pipe or device, which could keep us waiting for ever */
	const char *ca_file; /* or NULL */
	int64_t at;	     /* ms; 0: not stated */
	int loss_limit;	     /* percent */
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
		.size_max = PUBLICATION_SIZE_MAX, .loss_limit = UPDATE_LOSS_LIMIT_DEFAULT, \
		.retries = RETRY_COUNT_DEFAULT, .retry_delay = RETRY_DELAY_DEFAULT, \
		.delay = PORTAL_DELAY_DEFAULT \
	}

#endif
