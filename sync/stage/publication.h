/*
 * A publication: bytes that say what the list is, and what a source reads out
 * of them besides the facts that it stages.
 */
#ifndef ISMAPFS_PUBLICATION_H
#define ISMAPFS_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch/network.h"
#include "util/buffer.h"
#include "stage/staging.h"
#include "util/reason.h"

/* Larger publications than this, in bytes after unpacking, are nobody's list. */
#define PUBLICATION_SIZE_MAX (64 * 1024 * 1024)

struct publication {
	/* Given to the source. */
	unsigned char
		*bytes; /* NUL-terminated behind length; the source may rewrite them in place */
	size_t length;
	const char *location;  /* for messages */
	bool accept_loss;      /* the administrator knows that services are missing */
	bool quiet;	       /* only what is refused is worth a word */
	struct reason *reason; /* receives why it is refused */
	/* Filled in by the source. */
	char registry[64]; /* short name */
	char title[256];   /* the list's own name */
	char time_zone[32];
	char language[16];
	bool complete;	      /* it is the whole list */
	bool expires;	      /* listed services pass their dates (validity.h) */
	bool states_time;     /* published_at is stated */
	int64_t published_at; /* milliseconds since 1970 UTC */
	struct buffer about;  /* lines for the tree's README, each with its newline */
};

void publication_release(struct publication *publication);
#define _cleanup_publication_ __attribute__((cleanup(publication_release)))

/* What the user says about getting a publication that isn't one file. Borrowed. */
struct source_options {
	const char *map;      /* a label map of the user's, or NULL */
	const char *liu_page; /* the id of the ISMAP-LIU list's page, besides the map's; or NULL */
	const char *contact;  /* whom to ask about our requests; or NULL */
	int64_t delay;	      /* ms between two requests, ± a quarter */
};

#define SOURCE_DELAY_DEFAULT INT64_C(2000) /* ms */

/*
 * A reader of one kind of publication. `read` stages every fact and fills in
 * the publication. It returns 0; -EBADMSG when the publication must be refused,
 * with the sentence in its reason; or another -errno.
 */
struct source {
	const char *name; /* for --source, and in generation.source */
	int (*read)(struct staging *staging, struct publication *publication);
	/* Its name and version, when it compares records with those read before (staging.h):
	   another version, as soon as it makes something else of any record. NULL: it stages them
	   all. */
	const char *reader;
	/* Where a publication states its time, for putting files in order without parsing them
	 * whole. */
	const char *time_member; /* with its quotes */
	int (*parse_time)(const char *text, int64_t *instant);
	/* Gets a publication that isn't one file: as ask_until_answered() of the request, whose
	 * location may then be a folder, too. NULL: one request is enough. When an answer is
	 * refused, the result holds it. */
	int (*fetch)(struct network *network, struct fetch_request *request,
		     const struct source_options *options, struct fetch_result *result);
	/* It is no publication at all, but a published store (mirror.h). read is NULL. */
	bool mirrors;
};

extern const struct source source_fedramp;
extern const struct source source_interchange;
extern const struct source source_ismap;
extern const struct source source_mirror;

/* The source of that name, or NULL. */
const struct source *source_find(const char *name);

/* Names of all sources, for messages and --help. */
#define SOURCE_NAMES "fedramp, interchange, ismap, mirror"

/*
 * Stages editions, controls and baselines alone, from bytes in the interchange
 * format (a bundled list, for a new store whose source doesn't bring them along).
 */
int source_interchange_read_catalogue(struct staging *staging, struct publication *publication);

/* What every list of the ISMAP registry says of itself. */
int ismap_describe(struct publication *publication);

/*
 * The time that a publication states, from its text alone. A guess for putting
 * files in order; what counts is what reading it finds. -ENOENT or -EINVAL when
 * there is none.
 */
int publication_peek(const struct source *source, const void *bytes, size_t length,
		     int64_t *instant);

/* Why a publication is refused, by printf's rules; -EBADMSG. */
#define publication_refuse(publication, ...) reason_refuse((publication)->reason, __VA_ARGS__)

#endif
