/*
 * A guest's visit to a ServiceNow Service Portal: the pages that a browser loads,
 * one after the other, slowly. No table of the instance is ever asked for, nor
 * any widget or export on its own: /api/now/sp/page is what the pages load
 * themselves.
 *
 * A visit reads the map's list pages, then the page of each service on them, and
 * puts what they say into one document (capture.h).
 */
#ifndef ISMAPFS_PORTAL_H
#define ISMAPFS_PORTAL_H

#include <cjson/cJSON.h>

#include "fetch/fetch.h"
#include "fetch/interrupt.h"
#include "sources/ismap/label_map.h"
#include "fetch/progress.h"

#define PORTAL_DELAY_DEFAULT INT64_C(2000) /* ms */

/* What a visit is told. Borrowed. */
struct portal_options {
	const char *map;      /* a label map of the user's, or NULL */
	const char *liu_page; /* the id of the ISMAP-LIU list's page, besides the map's; or NULL */
	const char *contact;  /* whom to ask about our requests; or NULL */
	const char *ca_file;  /* as in fetch.h */
	int64_t delay;	      /* ms between two requests, ± a quarter */
	int retries;	      /* as in retry.h */
	int64_t retry_delay;  /* ms */
	struct interrupt *interrupt; /* or NULL */
	bool quiet;		     /* don't tell of what is tried again */
	bool verbose;		     /* tell of each request */
	/* Is told of a failed request, why, and after how many ms it is made again; or NULL. */
	void (*failed)(void *context, const char *why, int64_t delay);
	void *failed_context;
	struct reason *reason;
};

struct portal {
	const struct portal_options *options;
	const char *location; /* as the user wrote it */
	char *origin;	      /* scheme, host and port */
	char *path;	      /* of the portal: /csm */
	char *token;	      /* g_ck; NULL without a session */
	char *portal_id;      /* or NULL */
	void *share;	      /* CURLSH */
	bool curl_started;
	size_t requests;
	struct progress progress;   /* of a list's pages and entries, on a terminal */
	int64_t asked;		    /* how long the server wants to be left alone, ms */
	struct fetch_result answer; /* the last one */
	struct reason *reason;
};

/*
 * Begins a visit of the portal at location. portal_close() is for whatever it
 * returns. All of these return 0, or an error with its sentence in reason:
 * fetch()'s, or -EBADMSG when the portal's answer is refused, being no list.
 */
int portal_open(struct portal *portal, const char *location, const struct portal_options *options);
void portal_close(struct portal *portal);
#define _cleanup_portal_ __attribute__((cleanup(portal_close)))

/*
 * What a page loads: `query` is what its address says behind the `?`. Begins a
 * session where there is none, and one new one when the server says that it has
 * expired. *json is the caller's.
 */
int portal_ask(struct portal *portal, const char *query, cJSON **json);

/* The session is over: the next request begins another one. */
void portal_forget_session(struct portal *portal);

/* The address of a page for people. The caller frees it. */
char *portal_page_url(const struct portal *portal, const char *query);

/*
 * The whole visit as a capture; *result is as after fetch(). When the portal's
 * answer was refused, the result holds that answer.
 */
int portal_visit(const char *location, const struct portal_options *options,
		 struct fetch_result *result);

/* The same from a folder of pages that somebody saved. */
int portal_read_folder(const char *location, const struct portal_options *options,
		       struct fetch_result *result);

#endif
