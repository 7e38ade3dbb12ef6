/*
 * A publication: the documents that say together what the list is, and what a
 * reader (source.h) makes of them besides the facts that it stages.
 */
#ifndef ISMAPFS_PUBLICATION_H
#define ISMAPFS_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/timestamp.h"
#include "store_limits.h"
#include "stage/staging.h"
#include "util/buffer.h"
#include "util/checksum.h"
#include "util/reason.h"

struct cJSON;

/* The role of the list itself, which every publication has. */
#define DOCUMENT_LIST "list"

struct document {
	/* Words of the reader's kinds (source.h). */
	const char *role;
	const char *shape;
	char *location;	     /* as it was asked for */
	char *etag;	     /* for the next conditional request; or NULL */
	char *last_modified; /* the same */
	unsigned char
		*bytes; /* NUL-terminated behind length; the reader may rewrite them in place */
	size_t length;
	struct cJSON *tree; /* what was parsed to recognise it, until document_parse() takes it */
	char sha256[CHECKSUM_TEXT_SIZE];
	bool network;	     /* a server's answer, rather than a file or standard input */
	long status;	     /* of HTTP; 0: none */
	int64_t server_time; /* as the server stated it over TLS, ms; 0: it didn't */
	bool not_modified;   /* it is as it was in the last pull, and wasn't sent again */
	/* Filled in by the reader. */
	bool states_time;
	int64_t published_at; /* milliseconds since 1970 UTC, as the document states it */
};

/* Documents with all that they own. */
struct document_set {
	struct document *rows;
	size_t count, capacity;
};

/* One more, empty but for a copy of its location. Valid until the next one is added. */
struct document *document_set_add(struct document_set *documents, const char *location);

/* Its JSON, by the rules of json_parse(); parsed only once. The caller deletes *tree. */
int document_parse(struct document *document, struct reason *reason, struct cJSON **tree);

/* Drops one of them. */
void document_set_remove(struct document_set *documents, size_t index);

/* Frees them; also for the cleanup attribute. */
void document_set_release(struct document_set *documents);
#define _cleanup_document_set_ __attribute__((cleanup(document_set_release)))

struct publication {
	/* Given to the reader. */
	struct document *documents; /* borrowed */
	size_t document_count;
	const char *location;  /* the list's, for messages */
	bool accept_loss;      /* the administrator knows that services are missing */
	int loss_limit;	       /* percent; negative: the registry's own */
	bool quiet;	       /* only what is refused is worth a word */
	struct reason *reason; /* receives why it is refused */
	/* Filled in by the reader. */
	char registry[64];  /* short name */
	char title[256];    /* the list's own name */
	char title_en[256]; /* the same in English; "": none is stated */
	char time_zone[32];
	char language[16];
	bool complete; /* it is the whole list */
	/* How old the list's own time may be before its publisher seems to have stopped, ms; 0:
	 * nobody knows. */
	int64_t limit;
	int64_t lost;		 /* values that can't be read */
	struct buffer about;	 /* lines for the tree's README, each with its newline */
	char day[DAY_TEXT_SIZE]; /* as the list states it, where its zone isn't known; or "" */
	const struct document *refused; /* the one that is refused, if that isn't the list */
	/* Filled in by the update: milliseconds since 1970 UTC. */
	int64_t published_at;
};

void publication_release(struct publication *publication);
#define _cleanup_publication_ __attribute__((cleanup(publication_release)))

/* The first document of that role; NULL: this publication has none. */
struct document *publication_document(const struct publication *publication, const char *role);

/*
 * Why a document other than the list is refused, by printf's rules; -EBADMSG,
 * which read() then returns. Where the document isn't required, the publication
 * is read once more without it.
 */
#define document_refuse(publication, document, ...) \
	(publication_blame((publication), (document)), \
	 reason_refuse((publication)->reason, __VA_ARGS__))
void publication_blame(struct publication *publication, const struct document *document);

/* Why a publication is refused, by printf's rules; -EBADMSG. */
#define publication_refuse(publication, ...) reason_refuse((publication)->reason, __VA_ARGS__)

#endif
