/* Getting the generation file that a head names, and checking it. Until then it is hostile. */
#ifndef ISMAPFS_ACCEPT_H
#define ISMAPFS_ACCEPT_H

#include <sqlite3.h>

#include "mirror/download.h"
#include "store/directory.h"
#include "util/span.h"

/*
 * Gets the file that a head names into *file: by deltas from `present`, the store's
 * current file, whose checksum is sha256 (both empty when there is none), or whole.
 * *deltas: how many it took; 0: whole. Returns 0; -EBADMSG when what came isn't
 * what the head states; or fetch()'s errors.
 */
int accept_get_file(const struct download *download, const struct head *head, struct span present,
		    const char *sha256, struct buffer *file, size_t *deltas);

/*
 * Checks that the new file `name` of a store is the one that its head states, and that
 * this program could have made it. Returns 0; -EBADMSG when it is refused; or another
 * -errno, already reported.
 */
int accept_check_file(const struct store_directory *store, const char *name,
		      const struct head *head, struct reason *reason);

/* The same of one that is open. */
int accept_check_content(sqlite3 *database, const struct head *head, struct reason *reason);

#endif
