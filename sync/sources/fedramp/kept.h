/*
 * What the store still has of a service from documents that aren't there this
 * time: they leave their own facts as they were. Which facts are a document's own
 * the store's values tell: events.tsv is the changelog's, status.list says that it
 * decided the status, package-overview what the overview stated. One thread.
 */
#ifndef ISMAPFS_FEDRAMP_KEPT_H
#define ISMAPFS_FEDRAMP_KEPT_H

#include "sources/fedramp/documents/changelog.h"
#include "sources/fedramp/documents/overview.h"
#include "sources/fedramp/verdict.h"
#include "stage/staging.h"

struct fedramp_kept {
	struct fedramp_decided decided;
	struct fedramp_history history;	  /* its words alone, without the source's */
	struct fedramp_overview overview; /* without an id */
	/* What these borrow. */
	char *texts[8];
	struct fedramp_event *events;
};

/* The store's services, to be asked for one after the other. Finalize *statement. */
int fedramp_kept_open(sqlite3 *database, sqlite3_stmt **statement);

/* What the store has of the service with that id; nothing where it has no such service. 0 or
 * -errno, already reported. Release *kept in either case. */
int fedramp_kept_read(sqlite3_stmt *statement, const char *id, struct fedramp_kept *kept);

void fedramp_kept_release(struct fedramp_kept *kept);

/* How many services of the tree have events of a changelog, and of how many of them this one
 * doesn't speak. 0 or -errno, already reported. */
int fedramp_kept_count(sqlite3 *database, const struct fedramp_changelog *changelog, int64_t *known,
		       int64_t *lost);

#endif
