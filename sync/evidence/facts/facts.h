/*
 * What a store knows of some services and of one day: what a pack says in its several ways. Nothing
 * in it depends on when, or where, the pack is made.
 */
#ifndef ISMAPFS_EVIDENCE_FACTS_H
#define ISMAPFS_EVIDENCE_FACTS_H

#include "mirror/minisign/minisign.h"
#include "render/since/since.h"
#include "query/list.h"
#include "query/names.h"
#include "query/service.h"
#include "stamp/token.h"
#include "store/known_days.h"
#include "store/publications/index.h"

struct evidence_generation {
	int64_t id, published_at, fetched_at;
	char basis[16]; /* of published_at: stated, given or fetched */
	char day[DAY_TEXT_SIZE], chain[STATE_CHAIN_SIZE], source[64];
	bool complete;
	int64_t services;
};

/* What was read for the generation of the day. */
struct evidence_document {
	char *role, *shape, *location;
	char sha256[CHECKSUM_TEXT_SIZE];
	int64_t published_at;		  /* as it states; 0: it doesn't */
	const struct kept_document *kept; /* NULL: its bytes weren't kept */
	const struct record_place *place; /* of its records, if some are cut out of it; or NULL */
};

/* What the publisher said of a service later about the day, or a day before. */
struct evidence_event {
	struct event event;
	int64_t generation; /* that was the first to have it */
	char day[DAY_TEXT_SIZE];
};

struct evidence_service {
	char *number;		  /* the list's; of one that it never had, as it was asked for */
	char file[80];		  /* what its files are called */
	int64_t entity;		  /* 0: the list never had it */
	bool listed;		  /* on that day */
	char left[DAY_TEXT_SIZE]; /* of the list that no longer had it; "": it had not left */
	struct service then;	  /* its values on that day; of one that had left, the last ones */
	struct service known;	  /* where it wasn't listed: its values on another day */
	struct evidence_event *events;
	size_t event_count, event_capacity;
	char *record; /* the publisher's own record: its file in the pack; NULL: none */
};

/* A time stamp of a generation's chain, as it says itself. */
struct evidence_stamp {
	int64_t generation, time;
	char authority[STAMP_AUTHORITY_SIZE];
};

struct evidence {
	const struct list *list; /* borrowed */
	struct known_day day;
	int64_t begins, ends; /* the day, as instants */
	struct evidence_generation shown, newest;
	int64_t next; /* the generation behind the shown one; 0: none */
	char next_day[DAY_TEXT_SIZE];
	int64_t lists_that_day;
	char uuid[40];
	struct evidence_document *documents;
	size_t document_count, document_capacity;
	struct kept_index kept;
	struct evidence_service *services;
	size_t service_count, service_capacity;
	char signer[MINISIGN_PUBLIC_TEXT_SIZE]; /* the caller's public key */
	const char *by;				/* what they call themselves; NULL: nothing */
	size_t heads;				/* signed ones whose chain is one of the pack's */
	bool forked;				/* a signed one has another chain than the store */
	bool refused;				/* … a number that the store doesn't have */
	struct evidence_stamp stamp; /* of the first stamped generation; generation 0: none */
	const char *origin;	     /* of a mirror: the origin's public key; NULL: it is none */
};

void evidence_release(struct evidence *evidence);
#define _cleanup_evidence_ __attribute__((cleanup(evidence_release)))

/* Reads what is known of a day (YYYY-MM-DD). Returns 0; -ENOENT when nothing is, -EINVAL when it is
 * no day; or another -errno; already reported. */
int evidence_read_day(struct evidence *evidence, const struct list *list, const char *day);

/* Adds a service by its number, or by a name that only it has or had. Returns 0; -EINVAL when it
 * can't be told which is meant; or another -errno; already reported. */
int evidence_add_service(struct evidence *evidence, const struct names *names, const char *text);

/* The document of the list, or NULL. */
const struct evidence_document *evidence_list_document(const struct evidence *evidence);

#endif
