/*
 * What the list and the changelog say together about a service.
 *
 * Layout 1: the changelog's current status decides, and its rows are events only.
 * Later layouts have no current status, and a service may go through several
 * certifications at once. So there
 *   - Delisted and In Remediation hold until a row leads out of just that state;
 *   - a certification holds where the rows lead to it, without a gap, from the
 *     status that the list still shows;
 *   - a word of a review takes nothing away. But where the changelog says after
 *     the certification what the list says, they agree, and that is the status;
 *   - in all other cases the list's status stays.
 * A status of the list that nobody knows isn't made certified by any row. In
 * any layout a word of the changelog that nobody knows decides nothing.
 *
 * Without the changelog, what it decided before holds as long as the list, in
 * the same shape, says what it was decided against.
 */
#ifndef ISMAPFS_FEDRAMP_VERDICT_H
#define ISMAPFS_FEDRAMP_VERDICT_H

#include "sources/fedramp/documents/changelog.h"
#include "sources/fedramp/documents/service.h"

/* What a pull decided before, with a changelog that isn't there now. NULL: nothing. */
struct fedramp_decided {
	const struct word *status;
	const char *status_source;
	const struct word *listed; /* the list's status then; NULL: the list's counts */
	const struct word *other;  /* as fedramp_verdict.other */
};

/* Texts and words live as long as what they were made of. */
struct fedramp_verdict {
	const struct word *status;
	const char *status_source; /* in the words of the document that decided; may be NULL */
	/* The list's status, where the changelog decided another one: status.list; or NULL. */
	const struct word *listed;
	/* The changelog's newest word, where it isn't the status: status.changelog; or NULL. */
	const struct word *other;
	/* The list's, else those of the certification that made the status; or NULL. */
	const struct word *type, *path, *class;
	const char *delisted_on;    /* as the changelog dates it, or NULL */
	const char *delisted_basis; /* "stated": FedRAMP says so; "absent": it is merely not on the
				       list; NULL: it is listed */
};

/*
 * service: NULL where the list hasn't got it. history: NULL where the changelog
 * hasn't. former: what was decided before; NULL: the changelog is of this pull.
 */
void fedramp_judge(const struct fedramp_service *service, const struct fedramp_history *history,
		   int layout, const struct fedramp_decided *former,
		   struct fedramp_verdict *verdict);

#endif
