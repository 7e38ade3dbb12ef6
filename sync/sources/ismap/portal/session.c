/* The session: cookies, token, pauses, and the one kind of request that is made. */
#include <errno.h>
#include <stdarg.h>
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
#include "stage/publication.h"
#include "fetch/retry.h"
#include "util/sentence.h"
#include "util/text.h"

#define USER_AGENT_SIZE 300
#define TOKEN_SIZE_MAX 256
#define DELAY_JITTER_PERCENT 25

int portal_refuse(struct portal *portal, const char *format, ...)
{
	char reason[STATE_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reason, sizeof(reason), gettext(format), arguments);
	va_end(arguments);
	return sentence_say(portal->refusal, -EBADMSG, "%.400s: refused: %s", portal->location,
			    reason);
}

static int copy_part(CURLU *url, CURLUPart part, char **text)
{
	_cleanup_curl_text_ char *found = NULL;

	if (curl_url_get(url, part, &found, 0) != CURLUE_OK)
		return -EINVAL;
	*text = strdup(found);
	return *text ? 0 : -ENOMEM;
}

/* The portal's address in its parts: whatever page of it was given, and its query, is left out. */
static int parse_location(struct portal *portal)
{
	_cleanup_curl_url_ CURLU *url = NULL;
	char *whole = NULL;
	int r = location_parse(portal->location, &url);

	if (r < 0)
		return r;
	r = copy_part(url, CURLUPART_PATH, &portal->path);
	if (r == 0 && (curl_url_set(url, CURLUPART_PATH, NULL, 0) != CURLUE_OK ||
		       curl_url_set(url, CURLUPART_QUERY, NULL, 0) != CURLUE_OK ||
		       curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK))
		r = -ENOMEM;
	if (r == 0)
		r = copy_part(url, CURLUPART_URL, &whole);
	if (r < 0)
		return sentence_say(portal->answer.failure, r, "%s can't be visited: %m",
				    portal->location);
	while (whole[0] != '\0' && whole[strlen(whole) - 1] == '/')
		whole[strlen(whole) - 1] = '\0';
	portal->origin = whole;
	while (portal->path[0] != '\0' && portal->path[strlen(portal->path) - 1] == '/')
		portal->path[strlen(portal->path) - 1] = '\0';
	if (portal->path[0] == '\0')
		return sentence_say(
			portal->answer.failure, -EINVAL,
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
			return sentence_say(
				portal->answer.failure, -EINVAL,
				"--contact is a mail address or a web page in plain ASCII, without blanks");
	if (contact[0] == '\0' || strlen(contact) > 200)
		return sentence_say(portal->answer.failure, -EINVAL,
				    "--contact is empty or longer than 200 bytes");
	return 0;
}

int portal_open(struct portal *portal, const char *location, const struct portal_options *options)
{
	int r;

	*portal = (struct portal){.options = options, .location = location};
	r = check_contact(portal, options->contact);
	if (r == 0)
		r = parse_location(portal);
	if (r < 0)
		return r;
	portal->curl_started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	portal->share = portal->curl_started ? curl_share_init() : NULL;
	if (!portal->share)
		return sentence_say(portal->answer.failure, -ENOMEM,
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
		return log_error_errno(r, "told to stop; %s was not read whole", portal->location);
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
	struct fetch_result *answer = &portal->answer;
	int64_t delay;

	if (!retry_again(retry, error, answer->retry_after, &delay)) {
		progress_end(&portal->progress);
		if (fetch_is_temporary(error))
			log_error("%s", answer->failure);
		portal->asked = retry->asked;
		return error;
	}
	progress_end(&portal->progress);
	if (!portal->options->quiet)
		log_warning("%s (again in %lld ms)", answer->failure, (long long)delay);
	if (portal->options->failed)
		portal->options->failed(portal->options->failed_context, answer->failure, delay);
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
		.keep_failure = true,
		.progress = watch,
		.progress_context = portal,
		.headers = headers,
		.share = portal->share,
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

/* The text between quotes behind a name and `=` or `:`, as scripts on the page have it. */
static int find_quoted(const char *html, const char *name, char **text)
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
		*text = strndup(position, length);
		return *text ? 0 : -ENOMEM;
	}
	return -ENOENT;
}

int portal_page_url(const struct portal *portal, const char *query, char **url)
{
	if (asprintf(url, "%s%s?%s", portal->origin, portal->path, query) < 0) {
		*url = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* The page itself, as a browser asks for it first: cookies and the token. */
static int begin_session(struct portal *portal, const char *query)
{
	static const char *const headers[] = {"Accept: text/html", "Accept-Language: ja,en;q=0.5",
					      NULL};
	_cleanup_free_ char *url = NULL;
	const char *html;
	int r = portal_page_url(portal, query, &url);

	if (r == 0)
		r = get(portal, url, headers);
	if (r < 0)
		return r;
	html = (const char *)portal->answer.bytes;
	r = find_quoted(html, "g_ck", &portal->token);
	if (r == -ENOENT)
		return portal_refuse(
			portal,
			"its page holds no session token (g_ck): it is not a Service Portal's page, or its form has changed");
	if (r == 0)
		r = find_quoted(html, "portal_id", &portal->portal_id);
	return r == -ENOENT ? 0 : r;
}

static int page_answer_url(const struct portal *portal, const char *query, char **url)
{
	_cleanup_curl_text_ char *escaped = NULL;
	_cleanup_free_ char *uri = NULL;

	if (asprintf(&uri, "%s?%s", portal->path, query) < 0) {
		uri = NULL;
		return -ENOMEM;
	}
	escaped = curl_easy_escape(NULL, uri, 0);
	if (!escaped || asprintf(url, "%s/api/now/sp/page?%s%s%s&request_uri=%s", portal->origin,
				 query, portal->portal_id ? "&portal_id=" : "",
				 portal->portal_id ? portal->portal_id : "", escaped) < 0) {
		*url = NULL;
		return -ENOMEM;
	}
	return 0;
}

static int ask_once(struct portal *portal, const char *query)
{
	char token[TOKEN_SIZE_MAX + 32];
	const char *const headers[] = {"Accept: application/json", "Accept-Language: ja,en;q=0.5",
				       token, NULL};
	_cleanup_free_ char *url = NULL;
	int r = portal->token ? 0 : begin_session(portal, query);

	if (r == 0)
		r = page_answer_url(portal, query, &url);
	if (r < 0)
		return r;
	(void)snprintf(token, sizeof(token), "X-UserToken: %s", portal->token);
	return get(portal, url, headers);
}

static int parse(struct portal *portal, cJSON **json)
{
	struct publication publication = {
		.bytes = portal->answer.bytes,
		.length = portal->answer.length,
		.location = portal->location,
	};
	int r = json_parse(&publication, json);

	if (r == 0)
		r = portal_page_check(&publication, *json);
	state_set_text(portal->refusal, publication.refusal);
	publication_release(&publication);
	return r;
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
		return portal_refuse(portal,
				     "it answers a guest with status 401, also in a new session");
	return r < 0 ? r : parse(portal, json);
}
