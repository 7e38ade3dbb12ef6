/*
 * From a publication to a new generation: staging, the checks that decide
 * whether it is believable, the difference, the documents, the switch.
 */
#ifndef ISMAPFS_UPDATE_H
#define ISMAPFS_UPDATE_H

#include "publication.h"
#include "store_directory.h"

/* Losing more than this share of the listed services at once refuses a publication. */
#define UPDATE_LOSS_LIMIT_DEFAULT 20

struct update_request {
	const struct source *source;
	const char *source_name; /* as generation.source has it */
	const char *location;
	unsigned char *bytes; /* NUL-terminated behind length; may be rewritten in place */
	size_t length;
	const char *sha256; /* of the bytes */
	int64_t at;	    /* the time of publication that the administrator states, ms; 0: none */
	int64_t now;	    /* ms */
	int loss_limit;	    /* percent */
	bool accept_loss;
};

struct update_result {
	bool changed;
	int64_t generation;   /* the current one, new or not */
	int64_t published_at; /* of this publication, ms */
	int64_t services;     /* listed */
	int64_t added, left, changed_services;
	char refusal[STATE_TEXT_SIZE]; /* why the publication was refused, or empty */
};

/*
 * Brings the store to what the publication says. Returns 0, whether or not that
 * changed anything; -EBADMSG when the publication is refused; another −errno
 * when the store cannot be read or written. Whatever happens, the generation
 * that was current stays whole, and current unless 0 is returned.
 */
int update(struct store_directory *store, const struct update_request *request,
	   struct update_result *result);

#endif
