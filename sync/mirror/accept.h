/* A head's generation file: got, and looked at as what it is until then, a stranger's. */
#ifndef ISMAPFS_ACCEPT_H
#define ISMAPFS_ACCEPT_H

#include "mirror/download.h"
#include "store/directory.h"
#include "util/span.h"

/* The store's current file; of length 0 where there is none. */
struct accept_present {
	struct span file;
	const char *sha256;
};

/*
 * The file of a head, into *file: by deltas from what the store has, or whole.
 * Refused when it can't be had as the head says. *deltas: how many it took;
 * 0: whole. Returns 0, -EBADMSG or fetch()'s errors.
 */
int accept_get_file(const struct download *download, const struct head *head,
		    const struct accept_present *present, struct buffer *file, size_t *deltas);

/*
 * Whether the new file `name` of a store is what its head says and what this
 * program could have made. It is hostile until then. Returns 0; -EBADMSG when it
 * is refused; or another −errno, already reported.
 */
int accept_check_file(const struct store_directory *store, const char *name,
		      const struct head *head, struct reason *reason);

#endif
