/*
 * Whether two generation files tell the same past: all that each says of the generations up to one
 * that both have. Files that are pruned are compared in what is left of both.
 */
#ifndef ISMAPFS_PAST_H
#define ISMAPFS_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"
#include "util/buffer.h"
#include "util/span.h"

/* The first thing that differs; the caller releases it. */
struct past_difference {
	int64_t generation; /* since when it differs */
	struct buffer day, kind, key, field;
	struct buffer texts[2]; /* in the first and in the second file */
	bool has[2];		/* whether it is in that file at all */
};

void past_release(struct past_difference *difference);
#define _cleanup_past_ __attribute__((cleanup(past_release)))

/*
 * Compares two files, both of which this program made or checked. Returns 0 when they agree; 1 with
 * the first difference, which is zeroed before; or -errno, already reported.
 */
int past_compare(struct span first, struct span second, int64_t last,
		 struct past_difference *difference);

/* A generation's chain as a file states it: 1; 0 when the file has no such generation; or -errno,
 * already reported. *first receives pruned_find_first()'s number. */
int past_find_chain(struct span file, int64_t generation, char chain[static STATE_CHAIN_SIZE],
		    int64_t *first);

#endif
