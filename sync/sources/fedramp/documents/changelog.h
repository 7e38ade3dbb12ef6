/*
 * FedRAMP's status changelog, the official history since 2012, in any of its
 * three layouts:
 *   1  an object of products with a current status, and statuses with a date each
 *   2  rows of from, to, type, path, class, with provider and service
 *   3  the same without provider and service
 */
#ifndef ISMAPFS_FEDRAMP_CHANGELOG_H
#define ISMAPFS_FEDRAMP_CHANGELOG_H

#include "sources/fedramp/documents/document.h"
#include "sources/fedramp/documents/ids.h"
#include "sources/fedramp/documents/words.h"

/* Texts and words are NULL where nothing is stated; a word that nobody knows is "unknown". */
struct fedramp_event {
	char *date; /* YYYY-MM-DD */
	const struct word *from, *to;
	char *from_source, *to_source; /* in FedRAMP's words */
	const struct word *type, *path, *class;
	char *recorded_on; /* the day when it was put down; may be long after date */
};

struct fedramp_history {
	char *id;
	char *provider, *name;	    /* in layout 2 */
	const struct word *current; /* in layout 1 */
	char *current_source;
	struct fedramp_event *events; /* by date, then as recorded, then as they stand */
	size_t count;
};

struct fedramp_changelog {
	int layout;
	bool states_time;
	int64_t exported_at; /* milliseconds since 1970 UTC: this Z means what it says */
	struct fedramp_history *histories; /* sorted by id */
	size_t count;
	struct fedramp_event *events; /* all of them; histories point into it */
	size_t event_count;
	size_t blank;	  /* rows without an id */
	size_t invented;  /* rows that the publisher made up */
	size_t rewritten; /* services or rows whose id is written in another way */
	struct fedramp_losses losses;
	struct fedramp_refusal refusal;
};

/* Reads a changelog whole. -EBADMSG with a refusal where it is none, has no event or says two
 * things. Release *changelog in either case. */
int fedramp_changelog_read(const cJSON *root, const struct fedramp_ids *known,
			   struct fedramp_changelog *changelog);

/* The history of the service with that id, or NULL. */
const struct fedramp_history *fedramp_changelog_find(const struct fedramp_changelog *changelog,
						     const char *id);

/*
 * The history as rows of date, from, to, type, path, class, recorded on, with
 * tabs between and without the last line end; statuses are our words. NULL when
 * it has no event. The caller frees it.
 */
char *fedramp_history_rows(const struct fedramp_history *history);

void fedramp_changelog_release(struct fedramp_changelog *changelog);

#endif
