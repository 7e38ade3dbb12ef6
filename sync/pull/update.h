/*
 * From publications to generations: staging, the checks that decide whether a
 * publication is believable, the difference, the rows. What is added becomes
 * visible when it is published, all at once.
 */
#ifndef ISMAPFS_UPDATE_H
#define ISMAPFS_UPDATE_H

#include "gather/request.h"
#include "render/render.h"
#include "sources/source.h"
#include "store/directory.h"
#include "store/working_copy.h"
#include "util/clock.h"

struct update_request {
	const struct reader *reader;
	const char *source_name;    /* as generation.source has it */
	struct document *documents; /* one of them is the list */
	size_t document_count;
	bool same_documents; /* those of the generation before: only the day is another */
	int64_t at;	/* the time of publication that the administrator states, ms; 0: none */
	bool at_is_day; /* it is a day's beginning, in the registry's zone: local_instant() */
	struct clock_reading clock;
	bool dates_by_clock; /* a list that states no time has that of the clock */
	int loss_limit;	     /* percent; UPDATE_LOSS_LIMIT_REGISTRY: the registry's own */
	bool accept_loss;
	bool quiet;	       /* only what is refused is worth a word */
	struct reason *reason; /* receives why it is refused */
};

struct update_result {
	bool changed;
	int64_t generation;   /* the newest one, new or not */
	int64_t published_at; /* of this publication, ms */
	int64_t listed_at;    /* of its list alone */
	int64_t stated_at;    /* the same where the list, or the administrator, states it; or 0 */
	int64_t publication_limit; /* as in publication.h */
	int64_t services;	   /* listed */
	int64_t added, left, changed_services;
	int64_t lost;			/* values that couldn't be read */
	const struct document *refused; /* of the request's, if that isn't the list */
	int64_t due; /* services that passed their date before it: past_date.h has them */
};

struct updater {
	struct working_copy copy;
	struct staging staging;
	int64_t first;	    /* the first generation that was added here; 0: none */
	int64_t newest;	    /* the last one */
	int64_t limit;	    /* of the newest publication, as in publication.h */
	struct about about; /* of the newest */
	/* Until when the newest generation was known to be that, ms; 0: when it was published. */
	int64_t held_until;
};

/* Opens a working copy of a store that is open for writing. Returns 0 or −errno, already reported.
 */
int updater_open(struct updater *updater, struct store_directory *store);

/*
 * Adds what one publication changes, unless services passed their date before it
 * (result->due): calendar_add() has both. Returns 0, whether or not anything
 * changed; -EBADMSG when the publication is refused, and then nothing of it is in
 * the copy; or another −errno, after which the copy can only be closed.
 */
int updater_add(struct updater *updater, const struct update_request *request,
		struct update_result *result);

/* Renders the documents and makes the newest generation current. Nothing happens when none was
 * added. */
int updater_make_current(struct updater *updater);

/* Makes the state in memory speak of what is current now. What it knows of documents stays. */
void updater_note(const struct updater *updater, struct store_directory *store);

/* Drops whatever wasn't published; also for the cleanup attribute. */
void updater_close(struct updater *updater);
#define _cleanup_updater_ __attribute__((cleanup(updater_close)))

#endif
