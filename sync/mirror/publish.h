/*
 * Publishing a store as static files (head.h says which), for any web server,
 * object store or stick to hold.
 */
#ifndef ISMAPFS_PUBLISH_H
#define ISMAPFS_PUBLISH_H

#include "common/timestamp.h"
#include "store/directory.h"
#include "util/exit_code.h"

/* How long a head counts, and how long what it no longer names stays. Milliseconds. */
#define PUBLISH_EXPIRES_DEFAULT (14 * MILLISECONDS_PER_DAY)
#define PUBLISH_GRACE_DEFAULT (7 * MILLISECONDS_PER_DAY)

struct publish_request {
	const char *to;
	const char *key; /* a secret key's file */
	int64_t at;	 /* when the head is made, ms since 1970 UTC, whole seconds */
	int64_t now;	 /* as something vouches for it, ms since 1970 UTC; 0: nothing does */
	int64_t expires; /* how long it counts, ms */
	int64_t grace;	 /* ms */
	bool quiet;	 /* print only what changed */
};

/* Signs and publishes a store, which must not be a mirror itself. Prints what was done. */
enum exit_code publish(const struct store_directory *store, const struct publish_request *request);

#endif
