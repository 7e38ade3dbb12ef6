/*
 * A guest's visit to a ServiceNow Service Portal: the pages that a browser loads,
 * one after the other, slowly. No table of the instance is ever asked for, nor
 * any widget or export on its own: /api/now/sp/page is what the pages load
 * themselves.
 */
#ifndef ISMAPFS_PORTAL_SESSION_H
#define ISMAPFS_PORTAL_SESSION_H

#include <cjson/cJSON.h>

#include "fetch/network.h"
#include "sources/source.h"

struct portal {
	struct network *network;
	const struct source_options *options;
	const char *location; /* as the user wrote it */
	char *origin;	      /* scheme, host and port */
	char *path;	      /* of the portal: /csm */
	char *token;	      /* g_ck; NULL without a session */
	char *portal_id;      /* or NULL */
	size_t requests;
	struct progress progress;   /* of a list's pages and entries, on a terminal */
	struct fetch_result answer; /* the last one */
	struct reason *reason;
};

/*
 * Begins a visit of the portal at location. Ends with portal_close(), also after an
 * error. All of these return 0, or an error with its sentence in reason:
 * fetch()'s, or -EBADMSG when the portal's answer is refused, being no list.
 */
int portal_open(struct portal *portal, const char *location, struct network *network,
		const struct source_options *options, struct reason *reason);
void portal_close(struct portal *portal);
#define _cleanup_portal_ __attribute__((cleanup(portal_close)))

/*
 * Asks for a page's content; `query` is the part of its address behind the `?`.
 * Begins a session when there is none, and once a new one when the server answers
 * that it has expired. The caller deletes *json.
 */
int portal_ask(struct portal *portal, const char *query, cJSON **json);

/* Ends the session: the next request begins another one. */
void portal_forget_session(struct portal *portal);

/* The address of a page for people. The caller frees it. */
char *portal_page_url(const struct portal *portal, const char *query);

#endif
