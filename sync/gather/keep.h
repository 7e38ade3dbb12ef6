/*
 * Keeping a pull's documents as they were fetched (store/publications/index.h). They are packed
 * before they are read, as a reader rewrites their bytes, and added once the pull has succeeded.
 */
#ifndef ISMAPFS_KEEP_H
#define ISMAPFS_KEEP_H

#include "stage/publication.h"
#include "store/publications/kept.h"
#include "util/clock.h"

struct keeping {
	struct kept_index index; /* of the store */
	struct kept_index fresh; /* what is to be added … */
	struct buffer *frames;	 /* … and the frame of each */
};

/* Packs the documents that the store hasn't kept as its newest. Returns 0 or -errno, already
 * reported. */
int keep_begin(const struct store_directory *store, const struct document_set *documents,
	       const struct clock_reading *clock, struct keeping *keeping);

/* Adds those that are still among the documents: others were refused. Returns 0 or -errno, already
 * reported. */
int keep_end(const struct store_directory *store, const struct document_set *documents,
	     struct keeping *keeping);

/* Whether a store has kept a document of that checksum. */
bool keep_has(const struct store_directory *store, const char *sha256);

void keeping_release(struct keeping *keeping);
#define _cleanup_keeping_ __attribute__((cleanup(keeping_release)))

#endif
