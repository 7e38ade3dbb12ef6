/*
 * One service of FedRAMP's list, whatever shape the list has: data.json (`id`)
 * or products.json (`fedramp_id`). No person's name, address, telephone or e-mail
 * is read. Counters (reuse, authorizations) aren't either: they move every day.
 */
#ifndef ISMAPFS_FEDRAMP_SERVICE_H
#define ISMAPFS_FEDRAMP_SERVICE_H

#include "sources/fedramp/documents/document.h"
#include "sources/fedramp/documents/words.h"

/* The members of a service's own name and of its provider's: today's first. */
#define FEDRAMP_NAME_MEMBERS "cloud_service_offering cso service_offering"
#define FEDRAMP_PROVIDER_MEMBERS "cloud_service_provider csp name"

/* A value that is stated, but isn't what was expected: a date that is none, say. */
struct fedramp_unread {
	char *member; /* as the publication calls it */
	char *text;   /* one line */
};

/* Texts are NULL where nothing is stated. Lists have one item a line; "" is a list that is
 * stated and empty. Dates are YYYY-MM-DD. */
struct fedramp_service {
	char *id;
	char *name, *provider;
	const struct word *status; /* never NULL */
	char *status_source;
	/* NULL where nothing is stated, or where FedRAMP says that it is unknown; the word
	 * "unknown" for a word that nobody knows. */
	const struct word *phase, *class, *type, *path;
	char *cap; /* under a corrective action plan: "yes" or "no" */
	char *cap_on;
	char *certified_on, *ready_on;
	char *in_process_agency_on, *in_process_board_on, *in_process_program_on,
		*in_process_office_on;
	char *level, *level_source;
	char *agencies; /* that authorized the use */
	char *partnering_agency;
	char *assessor;
	char *models, *deployment, *functions;
	char *description, *note, *website, *uei;
	char *small_business;		       /* "yes" or "no" */
	char *yearly_assessment;	       /* --MM-DD, or one date */
	char *yearly_assessment_source;	       /* where it is neither */
	char *trust_center;		       /* its address */
	char *events;			       /* rows of date, category, description */
	char *certified_services, *categories; /* names; rows of name and category */
	char *built_on_it; /* ids of the services that are built on this one (leveraged_systems) */
	char *builds_on;   /* ids of the certified services that it uses */
	struct fedramp_unread *unread;
	size_t unread_count;
	size_t unread_capacity;
};

/*
 * Reads an object of the list, except for its id. `number` tells rows apart in
 * losses. A row that has neither a name nor a provider nor a status says nothing:
 * its other members are left out.
 */
void fedramp_service_read(const cJSON *object, size_t number, struct fedramp_service *service,
			  struct fedramp_losses *losses);

/* Whether two rows say the same in all that is read. */
bool fedramp_service_is_same(const struct fedramp_service *left,
			     const struct fedramp_service *right);

void fedramp_service_release(struct fedramp_service *service);

#endif
