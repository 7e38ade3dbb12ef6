#include "fetch/http.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "common/cleanup.h"
#include "fetch/decode.h"
#include "fetch/http_error.h"
#include "fetch/http_header.h"
#include "fetch/location.h"
#include "common/messages.h"
#include "common/timestamp.h"
#include "util/memory.h"

#define REDIRECTS_MAX 5
#define CONNECT_LIMIT_MS 20000L
#define SLOW_BYTES_PER_SECOND 100L
#define SLOW_SECONDS 30L

/* A request was answered with another address to ask. */
#define FOLLOW 1

/* decode() takes them off: libcurl would take a gzip body that ends early for a whole one. */
#define ACCEPT_ENCODING "gzip, zstd"

/* Longest header of ours: a name, and a value from the store's state. */
#define HEADER_SIZE (STATE_TEXT_SIZE + 64)

static inline void cleanup_curl(CURL **handle)
{
	curl_easy_cleanup(*handle);
}

static inline void cleanup_curl_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static inline void cleanup_curl_global(const bool *initialized)
{
	if (*initialized)
		curl_global_cleanup();
}

#define _cleanup_curl_ __attribute__((cleanup(cleanup_curl)))
#define _cleanup_curl_list_ __attribute__((cleanup(cleanup_curl_list)))
#define _cleanup_curl_global_ __attribute__((cleanup(cleanup_curl_global)))

/*
 * Keeping SIGPIPE away. Told to leave signals alone, libcurl doesn't, and OpenSSL
 * raises it when a server hangs up. It is held back in this thread only, so that
 * other threads, and the program's own pipes, are as they were.
 */
static void hold_sigpipe(sigset_t *before)
{
	sigset_t sigpipe;

	(void)sigemptyset(&sigpipe);
	(void)sigaddset(&sigpipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &sigpipe, before);
}

static inline void release_sigpipe(sigset_t *before)
{
	const struct timespec at_once = {0};
	sigset_t sigpipe;

	(void)sigemptyset(&sigpipe);
	(void)sigaddset(&sigpipe, SIGPIPE);
	if (sigismember(before, SIGPIPE) == 0)
		(void)sigtimedwait(&sigpipe, NULL, &at_once);
	(void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

#define _cleanup_sigpipe_ __attribute__((cleanup(release_sigpipe)))

/* One request and its answer. */
struct exchange {
	const struct fetch_request *request;
	CURL *handle;
	struct buffer *body;
	bool loopback_only;
	bool body_unwanted; /* of a redirect or an error: it isn't waited for */
	int error;	    /* why a callback ended the exchange: 0 or -errno … */
	const char *reason; /* … and in words */
};

static int refuse(struct exchange *exchange, int error, const char *reason)
{
	exchange->error = error;
	exchange->reason = reason;
	return error;
}

/* Checks the address that the name led to: a resolver may answer anything. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *exchange = context;

	(void)purpose;
	if (exchange->loopback_only && !location_is_loopback(&address->addr)) {
		(void)refuse(
			exchange, -EINVAL,
			_("its name leads to another machine, and http:// is for this machine only; use https://"));
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static CURLcode add_authorities(CURL *handle, void *ssl_context, void *context)
{
	struct exchange *exchange = context;

	(void)handle;
	if (X509_STORE_load_file(SSL_CTX_get_cert_store(ssl_context), exchange->request->ca_file) ==
	    1)
		return CURLE_OK;
	(void)refuse(exchange, -EINVAL,
		     _("no certificate can be read from the certificate file given"));
	return CURLE_ABORTED_BY_CALLBACK;
}

/* libcurl calls it about once a second, and while bytes arrive. */
static int tell_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total,
			 curl_off_t up)
{
	struct exchange *exchange = context;
	const struct fetch_request *request = exchange->request;

	(void)up_total;
	(void)up;
	if (request->progress(request->progress_context, (size_t)done, (size_t)total) == 0)
		return 0;
	(void)refuse(exchange, -EINTR, _("interrupted"));
	return 1;
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	size_t limit = exchange->request->size_max;
	curl_off_t announced = 0;
	long status = 0;
	int r;

	(void)curl_easy_getinfo(exchange->handle, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) {
		exchange->body_unwanted = true;
		return CURL_WRITEFUNC_ERROR;
	}
	(void)curl_easy_getinfo(exchange->handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (announced > 0 && (uint64_t)announced > limit)
		r = -EFBIG;
	else
		r = append_within(exchange->body, data, size * count, limit);
	if (r == 0)
		return size * count;
	(void)refuse(exchange, r, _("it is larger than the limit"));
	return CURL_WRITEFUNC_ERROR;
}

static void add_line(struct curl_slist **headers, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*headers, line);

	if (!longer)
		out_of_memory();
	*headers = longer;
}

static void add_header(struct curl_slist **headers, const char *name, const char *value)
{
	char line[HEADER_SIZE];

	if (!http_header_is_usable(value))
		return;
	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	add_line(headers, line);
}

/* What a visit sends along with each of its requests. */
static void add_own_headers(struct curl_slist **headers, const char *const *lines)
{
	for (; lines && *lines; lines++)
		if (http_header_is_usable(*lines))
			add_line(headers, *lines);
}

static CURLcode configure(struct exchange *exchange, CURLU *url, struct curl_slist *headers,
			  long milliseconds, char message[static CURL_ERROR_SIZE])
{
	const char *protocol = exchange->loopback_only ? "http" : "https";
	CURL *handle = exchange->handle;
	CURLcode code = CURLE_OK;

#define SET(option, value) (code = code ? code : curl_easy_setopt(handle, CURLOPT_##option, value))
	SET(ERRORBUFFER, message);
	SET(CURLU, url);
	SET(PROTOCOLS_STR, protocol);
	SET(REDIR_PROTOCOLS_STR, protocol);
	SET(FOLLOWLOCATION, 0L);
	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	SET(NOSIGNAL, 1L);
	SET(CONNECTTIMEOUT_MS, CONNECT_LIMIT_MS);
	SET(LOW_SPEED_LIMIT, SLOW_BYTES_PER_SECOND);
	SET(LOW_SPEED_TIME, SLOW_SECONDS);
	SET(TIMEOUT_MS, milliseconds);
	SET(HTTPHEADER, headers);
	SET(USERAGENT, exchange->request->user_agent);
	if (exchange->request->body.length > 0) {
		SET(POSTFIELDSIZE_LARGE, (curl_off_t)exchange->request->body.length);
		SET(POSTFIELDS, exchange->request->body.bytes);
	}
	SET(OPENSOCKETFUNCTION, open_socket);
	SET(OPENSOCKETDATA, exchange);
	SET(WRITEFUNCTION, receive);
	SET(WRITEDATA, exchange);
	if (exchange->request->progress) {
		SET(NOPROGRESS, 0L);
		SET(XFERINFOFUNCTION, tell_progress);
		SET(XFERINFODATA, exchange);
	}
	if (exchange->loopback_only)
		SET(PROXY, "");
	if (exchange->request->share) {
		SET(SHARE, exchange->request->share);
		SET(COOKIEFILE, ""); /* no file: cookies are kept at all */
	}
	if (exchange->request->ca_file) {
		SET(SSL_CTX_FUNCTION, add_authorities);
		SET(SSL_CTX_DATA, exchange);
	}
#undef SET
	return code;
}

/* Sets *url to the address that the answer names. Returns FOLLOW, or an error with its sentence. */
static int redirect(CURL *handle, const struct fetch_request *request, CURLU **url)
{
	const char *target = http_header(handle, "Location");
	char shown[HTTP_SHOWN_SIZE];
	int r;

	if (!target)
		return reason_fail(request->reason, -EPROTO,
				   "%s redirects to nowhere; check the address",
				   request->location.text);
	r = location_follow(target, url);
	if (r == 0)
		return FOLLOW;
	http_show(target, shown);
	return reason_fail(
		request->reason, -EPROTO,
		"%s redirects to another place, %s, and isn't followed; give that address if it is right",
		request->location.text, shown);
}

/* Returns 0, FOLLOW, or an error with its sentence. */
static int judge(struct exchange *exchange, CURLU **url, struct fetch_result *result)
{
	const struct fetch_request *request = exchange->request;
	bool conditional = http_header_is_usable(request->etag) ||
			   http_header_is_usable(request->last_modified);
	CURL *handle = exchange->handle;
	curl_off_t retry_after = 0, transferred = 0;
	long status = 0;

	(void)curl_easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &transferred);
	result->transferred = (size_t)transferred;
	(void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after);
	result->http_status = status;
	result->retry_after = retry_after;
	result->server_time = exchange->loopback_only ? 0 : http_server_time(handle);
	switch (status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308: return redirect(handle, request, url);
	case 304:
		if (!conditional)
			return http_status_error(request, status);
		result->not_modified = true;
		break;
	case 200: break;
	default: return http_status_error(request, status);
	}
	http_remember_validators(handle, request, result);
	return result->not_modified ? 0 : http_decode_transfer(handle, request, exchange->body);
}

/* One request. Returns 0, FOLLOW with *url changed, or an error with its sentence. */
static int ask(const struct fetch_request *request, CURLU **url, int64_t milliseconds,
	       struct fetch_result *result, struct buffer *body)
{
	_cleanup_curl_text_ char *scheme = NULL;
	_cleanup_curl_list_ struct curl_slist *headers = NULL;
	_cleanup_curl_ CURL *handle = curl_easy_init();
	struct exchange exchange = {.request = request, .handle = handle, .body = body};
	char message[CURL_ERROR_SIZE] = "";
	long proxy_status = 0;
	CURLcode code;

	if (!handle || curl_url_get(*url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		out_of_memory();
	add_header(&headers, "Accept-Encoding", ACCEPT_ENCODING);
	add_header(&headers, "If-None-Match", request->etag);
	add_header(&headers, "If-Modified-Since", request->last_modified);
	add_own_headers(&headers, request->headers);
	if (milliseconds <= 0)
		return http_transfer_error(request, CURLE_OPERATION_TIMEDOUT, "");
	exchange.loopback_only = strcmp(scheme, "https") != 0;
	code = configure(&exchange, *url, headers, (long)milliseconds, message);
	if (code == CURLE_OK)
		code = curl_easy_perform(handle);
	if (request->progress)
		(void)request->progress(request->progress_context, 0, 0);
	if (exchange.error < 0)
		return reason_fail(request->reason, exchange.error, "%s can't be fetched: %s",
				   request->location.text, exchange.reason);
	(void)curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (code != CURLE_OK && proxy_status >= 400)
		return http_proxy_error(request, proxy_status);
	/* A body that ends early is an error although its status was 200. */
	if (code != CURLE_OK && !exchange.body_unwanted)
		return http_transfer_error(request, code, message);
	return judge(&exchange, url, result);
}

bool http_begin(void)
{
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, xmalloc, free, xrealloc, xstrdup,
				    xcalloc) == CURLE_OK;
}

int http_fetch(const struct fetch_request *request, struct fetch_result *result,
	       struct buffer *body)
{
	_cleanup_curl_global_ bool initialized = http_begin();
	_cleanup_curl_url_ CURLU *url = NULL;
	int seconds = request->time_limit_seconds > 0 ? request->time_limit_seconds
						      : FETCH_TIME_LIMIT_DEFAULT;
	int64_t deadline = monotonic_now() + (int64_t)seconds * 1000;
	_cleanup_sigpipe_ sigset_t signals;
	int r;

	hold_sigpipe(&signals);
	if (!initialized)
		return reason_fail(request->reason, -EOPNOTSUPP,
				   "%s can't be fetched: libcurl doesn't start",
				   request->location.text);
	r = location_parse(request->location.text, request->reason, &url);
	if (r < 0)
		return r;
	for (int asked = 0; asked <= REDIRECTS_MAX; asked++) {
		r = ask(request, &url, deadline - monotonic_now(), result, body);
		if (r != FOLLOW)
			break;
	}
	if (r == FOLLOW)
		return reason_fail(request->reason, -EPROTO,
				   "%s redirects more than %d times; check the address",
				   request->location.text, REDIRECTS_MAX);
	result->network = r == 0;
	return r;
}
