#include "sources/ismap/portal/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "util/duration.h"
#include "util/json.h"
#include "fetch/location.h"
#include "common/log.h"
#include "sources/ismap/portal/page.h"
#include "sources/ismap/portal/wall.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text/page.h"

#define USER_AGENT_SIZE 300
#define TOKEN_SIZE_MAX 256
#define DELAY_JITTER_PERCENT 25

/* A part of an address; NULL when it has none. */
static char *copy_part(CURLU *url, CURLUPart part)
{
	_cleanup_curl_text_ char *found = NULL;

	return curl_url_get(url, part, &found, 0) == CURLUE_OK ? xstrdup(found) : NULL;
}

static void strip_slashes(char *text)
{
	for (size_t length = strlen(text); length > 0 && text[length - 1] == '/'; length--)
		text[length - 1] = '\0';
}

/* Takes the portal's address apart, without the query and the fragment. */
static int parse_location(struct portal *portal)
{
	_cleanup_curl_url_ CURLU *url = NULL;
	int r = location_parse(portal->location, portal->reason, &url);

	if (r < 0)
		return r;
	portal->path = copy_part(url, CURLUPART_PATH);
	(void)curl_url_set(url, CURLUPART_PATH, NULL, 0);
	(void)curl_url_set(url, CURLUPART_QUERY, NULL, 0);
	(void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	portal->origin = copy_part(url, CURLUPART_URL);
	if (!portal->path || !portal->origin)
		out_of_memory();
	strip_slashes(portal->origin);
	strip_slashes(portal->path);
	if (portal->path[0] == '\0')
		return reason_fail(
			portal->reason, -EINVAL,
			"%s isn't a portal's address; it ends in the portal's name, like https://www.ismap.go.jp/csm",
			portal->location);
	return 0;
}

static int check_contact(struct portal *portal, const char *contact)
{
	if (!contact)
		return 0;
	for (const char *byte = contact; *byte != '\0'; byte++)
		if (*byte <= ' ' || *byte > '~' || *byte == '(' || *byte == ')')
			return reason_fail(
				portal->reason, -EINVAL,
				"--contact is a mail address or a web page in plain ASCII, without blanks");
	if (contact[0] == '\0' || strlen(contact) > 200)
		return reason_fail(portal->reason, -EINVAL,
				   "--contact is empty or longer than 200 bytes");
	return 0;
}

int portal_open(struct portal *portal, const char *location, struct network *network,
		const struct source_options *options, struct reason *reason)
{
	int r;

	*portal = (struct portal){
		.network = network,
		.options = options,
		.location = location,
		.reason = reason,
	};
	r = check_contact(portal, options->contact);
	if (r < 0)
		return r;
	r = parse_location(portal);
	if (r < 0)
		return r;
	network->progress = &portal->progress;
	network_share_begin(network, true);
	return 0;
}

void portal_forget_session(struct portal *portal)
{
	free(steal_pointer(portal->token));
	free(steal_pointer(portal->portal_id));
	/* Without its cookies, the next request is a new guest's. */
	network_share_end(portal->network);
	network_share_begin(portal->network, true);
}

void portal_close(struct portal *portal)
{
	free(steal_pointer(portal->origin));
	free(steal_pointer(portal->path));
	free(steal_pointer(portal->token));
	free(steal_pointer(portal->portal_id));
	fetch_result_release(&portal->answer);
	if (portal->network) {
		network_share_end(portal->network);
		portal->network->progress = NULL;
	}
	*portal = (struct portal){0};
}

/* Waits between two requests: the delay, give or take a quarter. SIGHUP doesn't shorten it. */
static int pause_politely(const struct portal *portal)
{
	struct interrupt none = INTERRUPT_NONE;
	struct interrupt *interrupt =
		portal->network->interrupt ? portal->network->interrupt : &none;
	int64_t end = steady_now() + jitter(portal->options->delay, DELAY_JITTER_PERCENT), left;

	if (portal->requests == 0)
		return 0;
	while ((left = end - steady_now()) > 0) {
		int r = interrupt_sleep(interrupt, left);

		interrupt->hangup = false;
		if (r < 0)
			return reason_fail(portal->reason, r, "told to stop; %s was not read whole",
					   portal->location);
	}
	return 0;
}

/* One request. The answer is portal->answer. */
static int get(struct portal *portal, const char *url, const char *const *headers)
{
	const char *contact = portal->options->contact;
	char user_agent[USER_AGENT_SIZE];
	struct fetch_request request = {
		.location = {.kind = LOCATION_URL, .text = url},
		.size_max = LIMIT_PUBLICATION_SIZE,
		.user_agent = user_agent,
		.headers = headers,
		.reason = portal->reason,
	};
	int r = pause_politely(portal);

	if (r < 0)
		return r;
	(void)snprintf(user_agent, sizeof(user_agent), "ismap-sync/" ISMAPFS_VERSION "%s%s%s",
		       contact ? " (+" : "", contact ? contact : "", contact ? ")" : "");
	fetch_result_release(&portal->answer);
	portal->requests++;
	r = ask_until_answered(portal->network, &request, &portal->answer);
	if (r < 0)
		progress_end(&portal->progress);
	return r;
}

/* The text between quotes behind a name and `=` or `:`, as scripts on the page have it; or NULL. */
static char *find_quoted(const char *html, const char *name)
{
	for (const char *found = html; (found = strstr(found, name));) {
		const char *position = found += strlen(name);
		size_t length;
		char quote;

		position += strspn(position, "'\" \t");
		if (*position != '=' && *position != ':')
			continue;
		position++;
		position += strspn(position, " \t");
		quote = *position;
		if (quote != '\'' && quote != '"')
			continue;
		position++;
		length = strspn(
			position,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=");
		if (position[length] != quote || length > TOKEN_SIZE_MAX)
			continue;
		return xstrndup(position, length);
	}
	return NULL;
}

char *portal_page_url(const struct portal *portal, const char *query)
{
	return xasprintf("%s%s?%s", portal->origin, portal->path, query);
}

static int refuse_strange_page(struct portal *portal)
{
	_cleanup_free_ char *title = page_title(portal->answer.bytes, portal->answer.length);

	if (!title)
		return reason_refuse(
			portal->reason,
			"its page holds no session token (g_ck): it is not a Service Portal's page, or its form has changed");
	return reason_refuse(
		portal->reason,
		"its page '%.200s' holds no session token (g_ck): it is not a Service Portal's page, or its form has changed",
		title);
}

/* Loads the page itself, as a browser does first: it brings cookies and the token. */
static int begin_session(struct portal *portal, const char *query)
{
	static const char *const headers[] = {"Accept: text/html", "Accept-Language: ja,en;q=0.5",
					      NULL};
	_cleanup_free_ char *url = portal_page_url(portal, query);
	int r = get(portal, url, headers);

	if (r < 0)
		return r;
	portal->token = find_quoted((const char *)portal->answer.bytes, "g_ck");
	portal->portal_id = find_quoted((const char *)portal->answer.bytes, "portal_id");
	/* A login page may have a token, but is no portal's. */
	if ((!portal->token || !portal->portal_id) &&
	    portal_wall_is((const char *)portal->answer.bytes))
		return portal_wall_refuse(portal->reason, query);
	if (!portal->token)
		return refuse_strange_page(portal);
	return 0;
}

static char *page_answer_url(const struct portal *portal, const char *query)
{
	_cleanup_free_ char *uri = xasprintf("%s?%s", portal->path, query);
	_cleanup_curl_text_ char *escaped = curl_easy_escape(NULL, uri, 0);

	if (!escaped)
		out_of_memory();
	return xasprintf("%s/api/now/sp/page?%s%s%s&request_uri=%s", portal->origin, query,
			 portal->portal_id ? "&portal_id=" : "",
			 portal->portal_id ? portal->portal_id : "", escaped);
}

static int ask_once(struct portal *portal, const char *query)
{
	char token[TOKEN_SIZE_MAX + 32];
	const char *const headers[] = {"Accept: application/json", "Accept-Language: ja,en;q=0.5",
				       token, NULL};
	_cleanup_free_ char *url = NULL;
	int r = portal->token ? 0 : begin_session(portal, query);

	if (r < 0)
		return r;
	url = page_answer_url(portal, query);
	(void)snprintf(token, sizeof(token), "X-UserToken: %s", portal->token);
	return get(portal, url, headers);
}

static int parse(struct portal *portal, cJSON **json)
{
	int r = json_parse(portal->answer.bytes, portal->answer.length, portal->reason, json);

	return r < 0 ? r : portal_page_check(*json, portal->reason);
}

int portal_ask(struct portal *portal, const char *query, cJSON **json)
{
	int r = ask_once(portal, query);

	if (r == -EACCES && portal->answer.http_status == 401) {
		if (!portal->network->quiet)
			log_info("%s: the guest's session has expired; a new one is begun",
				 portal->location);
		portal_forget_session(portal);
		r = ask_once(portal, query);
	}
	if (r == -EACCES && portal->answer.http_status == 401)
		return reason_refuse(
			portal->reason,
			"it answers a guest with status 401, also in a new session: %s",
			portal_wall_advice());
	return r < 0 ? r : parse(portal, json);
}
