/*
 * A publication: bytes that say what the list is, and what a reader (source.h)
 * makes of them besides the facts that it stages.
 */
#ifndef ISMAPFS_PUBLICATION_H
#define ISMAPFS_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buffer.h"
#include "stage/staging.h"
#include "util/reason.h"

/* Bytes, after unpacking; a real list is far shorter. */
#define PUBLICATION_SIZE_MAX (64 * 1024 * 1024)

struct publication {
	/* Given to the reader. */
	unsigned char
		*bytes; /* NUL-terminated behind length; the reader may rewrite them in place */
	size_t length;
	const char *location;  /* for messages */
	bool accept_loss;      /* the administrator knows that services are missing */
	bool quiet;	       /* only what is refused is worth a word */
	struct reason *reason; /* receives why it is refused */
	/* Filled in by the reader. */
	char registry[64]; /* short name */
	char title[256];   /* the list's own name */
	char time_zone[32];
	char language[16];
	bool complete;	      /* it is the whole list */
	bool states_time;     /* published_at is stated */
	int64_t published_at; /* milliseconds since 1970 UTC */
	struct buffer about;  /* lines for the tree's README, each with its newline */
};

void publication_release(struct publication *publication);
#define _cleanup_publication_ __attribute__((cleanup(publication_release)))

/* Why a publication is refused, by printf's rules; -EBADMSG. */
#define publication_refuse(publication, ...) reason_refuse((publication)->reason, __VA_ARGS__)

#endif
