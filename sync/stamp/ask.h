/*
 * Asking an authority for the time stamps of a store's generations, after a pull. The list is
 * current by then, and nothing of it depends on what comes of this: an authority that is away, or
 * answers something else, is asked again at the next pull.
 */
#ifndef ISMAPFS_STAMP_ASK_H
#define ISMAPFS_STAMP_ASK_H

#include "fetch/network.h"
#include "store/directory.h"

/* So much is asked at a pull: one request may take that long, and no other begins after that. */
#define STAMP_REQUEST_SECONDS 10
#define STAMP_PULL_SECONDS 20
#define STAMP_REQUESTS_MAX 16

/* So many generations may begin to wait at once; of more, those of before have no stamp of their
 * own. */
#define STAMP_NEW_MAX 100

/*
 * Has each generation stamped that came after the newest one that was, or waits for it; of a store
 * that has no stamp yet only the newest, whose chain says what was before. Reports what came of it.
 * Returns 0, also where the authority gave no stamp; or -errno, already reported, when the store
 * can't be read or written.
 */
int stamp_ask(const struct store_directory *store, const char *authority,
	      const struct network *network);

#endif
