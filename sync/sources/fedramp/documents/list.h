/*
 * FedRAMP's list, in either shape: data.json and products.json become the same
 * services. What a day in it means, and what is left out, was learnt from three
 * years of publications.
 */
#ifndef ISMAPFS_FEDRAMP_LIST_H
#define ISMAPFS_FEDRAMP_LIST_H

#include "sources/fedramp/documents/document.h"
#include "sources/fedramp/documents/ids.h"
#include "sources/fedramp/documents/service.h"

/* No list of that shape was read before. */
#define FEDRAMP_NO_TIME INT64_MIN

enum fedramp_shape {
	FEDRAMP_DATA,	  /* data.json: hides remediation, knows no class */
	FEDRAMP_PRODUCTS, /* products.json */
};

/* A row of a service whose id can't be read. Texts are NULL where nothing is stated. */
struct fedramp_stranger {
	char *provider, *name;
};

struct fedramp_list {
	enum fedramp_shape shape;
	bool states_time;
	int64_t published_at;		  /* milliseconds since 1970 UTC, by fedramp_list_time() */
	struct fedramp_service *services; /* sorted by id, each id once */
	size_t count;
	struct fedramp_stranger *strangers;
	size_t stranger_count;
	size_t blank;	       /* rows that name no service */
	size_t rewritten;      /* rows whose id is written in another way */
	size_t without_status; /* services whose status isn't stated */
	size_t invented;       /* rows that the publisher made up */
	size_t repeated;       /* rows that say again what another one says */
	size_t missing;	       /* services that its other tables name, but that it doesn't list */
	struct fedramp_losses losses;
	struct fedramp_refusal refusal;
};

/*
 * The time that a list states. data.json's is US Eastern, whatever the Z behind
 * it says. In the hour that a clock change repeats it is the first reading that
 * isn't before `before`, the time of the last list of that shape. Nobody knows
 * products.json's zone: it is read as UTC, as it says; were it Eastern time, the
 * list would be some hours newer than we say, never older. 0 or -EINVAL.
 */
int fedramp_list_time(enum fedramp_shape shape, const char *text, int64_t before, int64_t *instant);

/*
 * Reads a list whole. -EBADMSG with a refusal where it is none, where two
 * different services have one id, where nothing is listed, and, unless the loss
 * is accepted, where a data.json was cut. before: for fedramp_list_time().
 * known: may be NULL. Release *list in either case.
 */
int fedramp_list_read(const cJSON *root, int64_t before, const struct fedramp_ids *known,
		      bool accept_loss, struct fedramp_list *list);

/* The service with that id, or NULL. */
const struct fedramp_service *fedramp_list_find(const struct fedramp_list *list, const char *id);

void fedramp_list_release(struct fedramp_list *list);

#endif
