/*
 * Publishing a store as static files (head.h says which), for any web server,
 * object store or stick to hold.
 */
#ifndef ISMAPFS_PUBLISH_H
#define ISMAPFS_PUBLISH_H

#include "util/exit_code.h"
#include "mirror/mirror.h"
#include "mirror/webroot.h"

/* How long a head counts, and how long what it no longer names stays. Milliseconds. */
#define PUBLISH_EXPIRES_DEFAULT (14 * MILLISECONDS_PER_DAY)
#define PUBLISH_GRACE_DEFAULT (7 * MILLISECONDS_PER_DAY)

struct publish_request {
	const char *to;
	const char *key;     /* a secret key's file; NULL: pass on what was signed */
	const char *ca_file; /* for passing on; as in fetch.h */
	int64_t at;	     /* when the head is made, ms since 1970 UTC, whole seconds */
	int64_t expires;     /* how long it counts, ms */
	int64_t grace;	     /* ms */
	bool quiet;	     /* print only what changed */
};

/* Signs and publishes a store of one's own. Says what came of it. */
enum exit_code publish(const struct store_directory *store, const struct publish_request *request);

/* Publishes a mirrored store with the head and the signature that it was mirrored with; objects
 * that aren't there yet are fetched from where the store was. */
enum exit_code publish_mirrored(const struct store_directory *store,
				const struct publish_request *request);

/*
 * The head that a published directory has: its text and, as far as it can be
 * understood, what it says. Returns 0; -ENOENT, in silence, when there is none, or
 * none that makes sense; or another −errno, said.
 */
int publish_read_old(const struct webroot *webroot, struct buffer *text, struct head *old);

/* Whether a head may follow the one that is there: the same store, nothing older. Mirrors would
 * refuse it. 0, or -EINVAL with the sentence said. */
int publish_check_order(const struct webroot *webroot, const struct head *head,
			const struct head *old);

/* The store's file as the head has it: reads it, and fills in registry, uuid, generation, file,
 * schema. Returns 0 or −errno, said. */
int publish_read_store(const struct store_directory *store, struct buffer *file, struct head *head);

#endif
