/* The session: cookies, token, pauses, and the one kind of request that is made. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "util/duration.h"
#include "sources/json.h"
#include "fetch/location.h"
#include "common/log.h"
#include "sources/ismap/portal/portal.h"
#include "sources/ismap/portal/page.h"
#include "fetch/fetch.h"
#include "stage/publication.h"
#include "fetch/retry.h"
#include "util/memory.h"

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

/* The portal's address in its parts: whatever page of it was given, and its query, is left out. */
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

int portal_open(struct portal *portal, const char *location, const struct portal_options *options)
{
	int r;

	*portal = (struct portal){
		.options = options, .location = location, .reason = options->reason};
	r = check_contact(portal, options->contact);
	if (r == 0)
		r = parse_location(portal);
	if (r < 0)
		return r;
	portal->curl_started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	portal->share = portal->curl_started ? curl_share_init() : NULL;
	if (!portal->share)
		return reason_fail(portal->reason, -EOPNOTSUPP,
				   "%s can't be visited: libcurl doesn't start", location);
	(void)curl_share_setopt(portal->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	(void)curl_share_setopt(portal->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return 0;
}

void portal_forget_session(struct portal *portal)
{
	free(steal_pointer(portal->token));
	free(steal_pointer(portal->portal_id));
	/* Without its cookies, the next request is a new guest's. */
	(void)curl_share_cleanup(portal->share);
	portal->share = curl_share_init();
	(void)curl_share_setopt(portal->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
}

void portal_close(struct portal *portal)
{
	free(steal_pointer(portal->origin));
	free(steal_pointer(portal->path));
	free(steal_pointer(portal->token));
	free(steal_pointer(portal->portal_id));
	fetch_result_release(&portal->answer);
	if (portal->share)
		(void)curl_share_cleanup(portal->share);
	if (portal->curl_started)
		curl_global_cleanup();
	*portal = (struct portal){0};
}

static int sleep_for(const struct portal *portal, int64_t milliseconds)
{
	struct timespec pause = {.tv_sec = milliseconds / 1000,
				 .tv_nsec = milliseconds % 1000 * NANOSECONDS_PER_MILLISECOND};
	struct interrupt *interrupt = portal->options->interrupt;
	int64_t end = steady_now() + milliseconds;
	int r = 0;

	if (!interrupt)
		return nanosleep(&pause, NULL) < 0 ? -errno : 0;
	/* SIGHUP, `now`, is what we are at: it doesn't make a visit impolite. */
	while (r == 0 && (milliseconds = end - steady_now()) > 0) {
		r = interrupt_sleep(interrupt, milliseconds);
		interrupt->hangup = false;
	}
	if (r < 0)
		return reason_fail(portal->reason, r, "told to stop; %s was not read whole",
				   portal->location);
	return 0;
}

/* Between two requests: the delay, give or take a quarter. */
static int pause_politely(const struct portal *portal)
{
	int64_t delay = portal->options->delay;

	if (portal->requests == 0 || delay <= 0)
		return 0;
	return sleep_for(portal, jitter(delay, DELAY_JITTER_PERCENT));
}

static int watch(void *context, size_t done, size_t total)
{
	struct portal *portal = context;

	(void)done;
	(void)total;
	return portal->options->interrupt && interrupt_stopped(portal->options->interrupt) ? -EINTR
											   : 0;
}

/* Whether to ask again after an error, having waited; 0 when the wait is over. */
static int wait_to_retry(struct portal *portal, struct retry *retry, int error)
{
	int64_t delay;

	progress_end(&portal->progress);
	if (!retry_again(retry, error, portal->answer.retry_after, &delay)) {
		portal->asked = retry->asked;
		return error;
	}
	if (!portal->options->quiet)
		log_warning("%s (again in %lld ms)", portal->reason->sentence, (long long)delay);
	if (portal->options->failed)
		portal->options->failed(portal->options->failed_context, portal->reason->sentence,
					delay);
	return sleep_for(portal, delay);
}

/* One request, asked again while the server can't answer now. The answer is portal->answer. */
static int get(struct portal *portal, const char *url, const char *const *headers)
{
	char user_agent[USER_AGENT_SIZE];
	struct fetch_request request = {
		.location = url,
		.size_max = PUBLICATION_SIZE_MAX,
		.user_agent = user_agent,
		.ca_file = portal->options->ca_file,
		.progress = watch,
		.progress_context = portal,
		.headers = headers,
		.share = portal->share,
		.reason = portal->reason,
	};
	const char *contact = portal->options->contact;
	struct retry retry;
	int r = pause_politely(portal);

	(void)snprintf(user_agent, sizeof(user_agent), "ismap-sync/" ISMAPFS_VERSION "%s%s%s",
		       contact ? " (+" : "", contact ? contact : "", contact ? ")" : "");
	retry_begin(&retry, portal->options->retries, portal->options->retry_delay);
	while (r == 0) {
		fetch_result_release(&portal->answer);
		portal->requests++;
		request.time_limit_seconds = retry_time_limit(&retry, FETCH_TIME_LIMIT_DEFAULT);
		if (portal->options->verbose)
			log_info("asking for %s", url);
		r = fetch(&request, &portal->answer);
		if (r == 0)
			return 0;
		r = wait_to_retry(portal, &retry, r);
	}
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

/* The page itself, as a browser asks for it first: cookies and the token. */
static int begin_session(struct portal *portal, const char *query)
{
	static const char *const headers[] = {"Accept: text/html", "Accept-Language: ja,en;q=0.5",
					      NULL};
	_cleanup_free_ char *url = portal_page_url(portal, query);
	int r = get(portal, url, headers);

	if (r < 0)
		return r;
	portal->token = find_quoted((const char *)portal->answer.bytes, "g_ck");
	if (!portal->token)
		return reason_refuse(
			portal->reason,
			"its page holds no session token (g_ck): it is not a Service Portal's page, or its form has changed");
	portal->portal_id = find_quoted((const char *)portal->answer.bytes, "portal_id");
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
		if (!portal->options->quiet)
			log_info("%s: the guest's session has expired; a new one is begun",
				 portal->location);
		portal_forget_session(portal);
		r = ask_once(portal, query);
	}
	if (r == -EACCES && portal->answer.http_status == 401)
		return reason_refuse(portal->reason,
				     "it answers a guest with status 401, also in a new session");
	return r < 0 ? r : parse(portal, json);
}
