/*
 * Documents as they were fetched, kept in a store's folder publications/. They have names and
 * addresses of people in them, so only the owner may read them (0700, 0600).
 *
 *   index       a line for each document, the oldest first, of fields between tabs, as
 *               buffer_tsv_field() writes them
 *   <n>.zst     the bytes of number n: a zstd frame, whose prefix is the document of its base
 *
 * The index is replaced as a whole, and a line is added when the frame is on the disk. Of 30 frames
 * that follow each other one has no base, so that none needs more than 29 others.
 */
#ifndef ISMAPFS_PUBLICATIONS_INDEX_H
#define ISMAPFS_PUBLICATIONS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buffer.h"
#include "util/checksum.h"

#define STORE_PUBLICATIONS "publications"
#define PUBLICATIONS_HEADER "ismapfs-publications 1"
#define PUBLICATIONS_CHAIN_MAX 30

struct kept_document {
	int64_t number;
	int64_t base; /* whose bytes the frame needs; 0: it needs none */
	char sha256[CHECKSUM_TEXT_SIZE];
	size_t size;
	const char *role, *shape, *location;
	int64_t fetched_at; /* by our clock, ms */
	bool witnessed;	    /* somebody vouched for the clock (clock.h) */
	int64_t status;	    /* of HTTP; 0: a file */
	int64_t date;	    /* as the server stated it, ms; 0: it didn't */
	const char *last_modified, *etag;
	char *texts; /* of a row of an index: where these are */
};

struct kept_index {
	struct kept_document *rows;
	size_t count;
};

/* Reads the index below an open store. Returns 0, also when there is none; -EBADMSG when it makes
 * no sense; or another -errno, silently. */
int kept_index_read(int store_fd, struct kept_index *index);

/* The index as text. */
void kept_index_print(const struct kept_index *index, struct buffer *text);

/* One more, a copy. */
void kept_index_add(struct kept_index *index, const struct kept_document *document);

/* The row of that number, or NULL. */
const struct kept_document *kept_index_find(const struct kept_index *index, int64_t number);

/* The newest row of a role that came from a location; else, unless only that will do, the newest of
 * the role; or NULL. */
const struct kept_document *kept_index_newest(const struct kept_index *index, const char *role,
					      const char *location, bool only);

void kept_index_release(struct kept_index *index);
#define _cleanup_kept_index_ __attribute__((cleanup(kept_index_release)))

#endif
