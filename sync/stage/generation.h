/* A generation's own rows: who published what when, in the tables and in .registry. */
#ifndef ISMAPFS_GENERATION_H
#define ISMAPFS_GENERATION_H

#include "stage/publication.h"

struct generation {
	int64_t id; /* filled in by generation_begin */
	int64_t published_at;
	const char *published_basis;
	int64_t fetched_at;
	const char *source;
	/* What was read for it; NULL: it rests on the documents of the generation before. */
	const struct document *documents;
	size_t document_count;
	bool complete;
	int64_t services;
	/* Until when the generation before was known to be the newest, ms; 0: nobody checked it. */
	int64_t former_held_until;
};

#define GENERATION_UUID_SIZE 37

/* A random uuid (RFC 9562, version 4), of a store that is new. Returns 0 or -EIO. */
int generation_make_uuid(char uuid[static GENERATION_UUID_SIZE]);

/* The one row of `store`, with a new uuid. */
int generation_make_store(sqlite3 *database, struct publication *publication);

/* The list's name and language, as its newest publication has them. */
int generation_name_store(sqlite3 *database, const struct publication *publication);

/* Adds the generation's row and tells staging its number. The generation before is complete with
 * that. */
int generation_begin(sqlite3 *database, struct generation *generation, const char *time_zone);

/*
 * The same for one whose list says what the newest one's says: that fills in the time of
 * publication, whether it is complete, the services, and the source and fetched_at where they
 * are NULL and 0. No text of *generation is valid afterwards.
 */
int generation_begin_same(sqlite3 *database, struct generation *generation);

#endif
