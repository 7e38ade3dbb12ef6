/*
 * Package overviews (FRC-CSO-PKG): what providers state about their own services.
 * No person's name, address, telephone or e-mail is read, and no certification:
 * the type in an overview is what the provider aims at, not a decision.
 */
#ifndef ISMAPFS_FEDRAMP_OVERVIEW_H
#define ISMAPFS_FEDRAMP_OVERVIEW_H

#include "sources/fedramp/documents/document.h"
#include "sources/fedramp/documents/ids.h"

/* Texts are NULL where nothing is stated. */
struct fedramp_overview {
	char *id;		  /* may be a placeholder: only a listed service's counts */
	char *certified_services; /* names of those in scope, one a line */
	char *categories;	  /* the same as rows: name, tab, security category or nothing */
	char *builds_on;	  /* ids of certified services that it uses, one a line */
	char *next_report_on;	  /* YYYY-MM-DD */
	char *trust_center;	  /* its address */
	int64_t updated_at;	  /* INT64_MIN: not stated */
};

struct fedramp_overviews {
	bool states_time;
	int64_t exported_at;
	bool is_collection;	       /* FedRAMP's: what it lacks isn't stated any more */
	struct fedramp_overview *rows; /* sorted by id, each id once */
	size_t count;
	size_t blank;	      /* records without an id */
	size_t rewritten;     /* records whose id is written in another way */
	size_t contradictory; /* records left out: another one of the same id and time differs */
	struct fedramp_losses losses;
	struct fedramp_refusal refusal;
};

/* One record, a list of records, or FedRAMP's collection. The newest record of an id counts.
 * -EBADMSG with a refusal where it is none of these. Release *overviews in either case. */
int fedramp_overviews_read(const cJSON *root, const struct fedramp_ids *known,
			   struct fedramp_overviews *overviews);

/* The overviews of several documents together, by their services. */
struct fedramp_overview_index {
	const struct fedramp_overview **rows; /* sorted by id, each id once */
	size_t count;
};

/* Makes the index of so many documents, which must outlive it. Of several overviews of a service
 * the newest counts; of equally new ones that of the first document. */
void fedramp_overview_index_make(const struct fedramp_overviews *documents, size_t count,
				 struct fedramp_overview_index *index);

/* The overview of the service with that id, or NULL. */
const struct fedramp_overview *fedramp_overview_find(const struct fedramp_overview_index *index,
						     const char *id);

void fedramp_overview_index_release(struct fedramp_overview_index *index);

void fedramp_overviews_release(struct fedramp_overviews *overviews);

#endif
