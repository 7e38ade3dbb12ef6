#include "fetch.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "buffer.h"
#include "cleanup.h"
#include "decode.h"
#include "log.h"

#define CHUNK_SIZE 65536
#define REDIRECTS_MAX 5
#define CONNECT_LIMIT_MS 20000L
#define SLOW_BYTES_PER_SECOND 100L
#define SLOW_SECONDS 30L
#define STDIN_LOCATION "-"
#define SHOWN_SIZE 256

/* How locations and redirects are read: odd bytes get encoded, credentials are refused. */
#define URL_FLAGS (CURLU_URLENCODE | CURLU_DISALLOW_USER)

/* A request was answered with another address to ask. */
#define FOLLOW 1

/* Our own encodings: libcurl takes a gzip body that ends early for a whole one, decode() doesn't.
 */
#define ACCEPT_ENCODING "gzip, zstd"

/* Longest header of ours: a name, and a value from the store's state. */
#define HEADER_SIZE (STATE_TEXT_SIZE + 64)

static inline void cleanup_curl(CURL **handle)
{
	curl_easy_cleanup(*handle);
}

static inline void cleanup_curl_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

static inline void cleanup_curl_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static inline void cleanup_curl_text(char **text)
{
	curl_free(*text);
}

static inline void cleanup_curl_global(bool *initialized)
{
	if (*initialized)
		curl_global_cleanup();
}

#define _cleanup_curl_ __attribute__((cleanup(cleanup_curl)))
#define _cleanup_curl_url_ __attribute__((cleanup(cleanup_curl_url)))
#define _cleanup_curl_list_ __attribute__((cleanup(cleanup_curl_list)))
#define _cleanup_curl_text_ __attribute__((cleanup(cleanup_curl_text)))
#define _cleanup_curl_global_ __attribute__((cleanup(cleanup_curl_global)))

/*
 * Told to leave signals alone, libcurl doesn't keep SIGPIPE away either, and
 * OpenSSL raises it when a server hangs up. Held back in this thread only, so
 * that other threads, and the program's own pipes, are as they were.
 */
static void hold_sigpipe(sigset_t *before)
{
	sigset_t sigpipe;

	(void)sigemptyset(&sigpipe);
	(void)sigaddset(&sigpipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &sigpipe, before);
}

static void release_sigpipe(sigset_t *before)
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
	bool body_unwanted; /* the body of a redirect or an error, which we didn't wait for */
	int error;	    /* why a callback ended the exchange: 0 or -errno … */
	const char *reason; /* … and in words */
};

static int refuse(struct exchange *exchange, int error, const char *reason)
{
	exchange->error = error;
	exchange->reason = reason;
	return error;
}

/* A server's words, fit for a message. */
static void show(const char *text, char shown[static SHOWN_SIZE])
{
	size_t length = 0;

	for (; length < SHOWN_SIZE - 1 && text[length] != '\0'; length++)
		shown[length] = text[length] >= ' ' && text[length] <= '~' ? text[length] : '?';
	shown[length] = '\0';
}

static bool is_loopback(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof(v6));
		return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
	}
	return false;
}

/* A host as libcurl's URL parser gives it: odd spellings of IPv4 are plain then, IPv6 is in []. */
static bool is_loopback_host(const char *host)
{
	struct in_addr v4;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* The address that the name led to is checked again, whatever the resolver says. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *exchange = context;

	(void)purpose;
	if (exchange->loopback_only && !is_loopback(&address->addr)) {
		(void)refuse(exchange, -EINVAL,
			     "its name leads away from this machine, and http:// may not; "
			     "use https://");
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
		     "no certificate can be read from the certificate file given");
	return CURLE_ABORTED_BY_CALLBACK;
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
	static const char too_large[] = "it is larger than the limit; allow more if that is right";
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
	(void)refuse(exchange, r, r == -EFBIG ? too_large : "there is not enough memory for it");
	return CURL_WRITEFUNC_ERROR;
}

/* A header that another header can't hide in, and that isn't empty. */
static bool is_header_text(const char *text)
{
	if (!text || *text == '\0' || strnlen(text, STATE_TEXT_SIZE) == STATE_TEXT_SIZE)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static int add_header(struct curl_slist **headers, const char *name, const char *value)
{
	char line[HEADER_SIZE];
	struct curl_slist *longer;

	if (!is_header_text(value))
		return 0;
	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(*headers, line);
	if (!longer)
		return -ENOMEM;
	*headers = longer;
	return 0;
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
	SET(OPENSOCKETFUNCTION, open_socket);
	SET(OPENSOCKETDATA, exchange);
	SET(WRITEFUNCTION, receive);
	SET(WRITEDATA, exchange);
	if (exchange->loopback_only)
		SET(PROXY, "");
	if (exchange->request->ca_file) {
		SET(SSL_CTX_FUNCTION, add_authorities);
		SET(SSL_CTX_DATA, exchange);
	}
#undef SET
	return code;
}

static int errno_of_curl(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY: return -EHOSTUNREACH;
	case CURLE_COULDNT_CONNECT: return -ECONNREFUSED;
	case CURLE_OPERATION_TIMEDOUT: return -ETIMEDOUT;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_SSL_CONNECT_ERROR: return -ECONNRESET;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR: return -EKEYREJECTED;
	case CURLE_OUT_OF_MEMORY: return -ENOMEM;
	case CURLE_NOT_BUILT_IN:
	case CURLE_UNKNOWN_OPTION: return -EOPNOTSUPP;
	default: return -EPROTO;
	}
}

static const char *advice(int error)
{
	switch (error) {
	case -EHOSTUNREACH:
	case -ECONNREFUSED: return "check the address, the network and the proxy";
	case -EKEYREJECTED: return "check the clock, the host's name and the trusted certificates";
	case -EOPNOTSUPP: return "libcurl must be built with OpenSSL";
	case -EPROTO: return "check that this is the right address";
	default: return "try again later";
	}
}

static int log_transfer_error(const char *location, CURLcode code, const char *message)
{
	int error = errno_of_curl(code);
	char shown[SHOWN_SIZE];

	show(*message ? message : curl_easy_strerror(code), shown);
	return log_error_errno(error, "%s can't be fetched: %s; %s", location, shown,
			       advice(error));
}

static int log_status(const char *location, long status)
{
	if (status == 404 || status == 410)
		return log_error_errno(-ENOENT,
				       "%s doesn't exist there (status %ld); "
				       "check the address",
				       location, status);
	if (status == 401 || status == 403 || status == 407)
		return log_error_errno(-EACCES,
				       "%s is refused to us (status %ld); "
				       "check the address and the proxy",
				       location, status);
	if (status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599))
		return log_error_errno(-EAGAIN,
				       "%s isn't available now (status %ld); "
				       "try again later",
				       location, status);
	return log_error_errno(-EPROTO, "%s is answered with status %ld; check the address",
			       location, status);
}

/* The answer's header, or NULL. */
static const char *answered(CURL *handle, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
		       ? header->value
		       : NULL;
}

/* What a next conditional request says; known is what this one said, if that still holds. */
static void remember(CURL *handle, const char *name, const char *known,
		     char text[static STATE_TEXT_SIZE])
{
	const char *stated = answered(handle, name);

	if (!is_header_text(stated))
		stated = known;
	if (is_header_text(stated))
		(void)snprintf(text, STATE_TEXT_SIZE, "%s", stated);
}

static bool same_part(CURLU *one, CURLU *other, CURLUPart part)
{
	_cleanup_curl_text_ char *text = NULL;
	_cleanup_curl_text_ char *other_text = NULL;

	return curl_url_get(one, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       curl_url_get(other, part, &other_text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       strcasecmp(text, other_text) == 0;
}

/* Changes *url to where the answer points. Returns FOLLOW, or an error that was logged. */
static int redirect(CURL *handle, const char *location, CURLU **url)
{
	_cleanup_curl_url_ CURLU *next = curl_url_dup(*url);
	const char *target = answered(handle, "Location");
	char shown[SHOWN_SIZE];

	if (!next)
		return log_error_errno(-ENOMEM, "%s can't be fetched: %m", location);
	if (!target)
		return log_error_errno(-EPROTO, "%s redirects to nowhere; check the address",
				       location);
	if (curl_url_set(next, CURLUPART_URL, target, URL_FLAGS) == CURLUE_OK &&
	    same_part(next, *url, CURLUPART_SCHEME) && same_part(next, *url, CURLUPART_HOST) &&
	    same_part(next, *url, CURLUPART_PORT)) {
		curl_url_cleanup(*url);
		*url = steal_pointer(next);
		return FOLLOW;
	}
	show(target, shown);
	return log_error_errno(-EINVAL,
			       "%s redirects to another place, %s, and isn't followed; "
			       "give that address if it is right",
			       location, shown);
}

/* Takes off the transfer's encoding, which is not the file's own compression. */
static int decode_transfer(CURL *handle, const struct fetch_request *request, struct buffer *body)
{
	const char *encoding = answered(handle, "Content-Encoding");
	char shown[SHOWN_SIZE];
	int r;

	if (!encoding || *encoding == '\0' || strcasecmp(encoding, "identity") == 0 ||
	    body->length == 0)
		return 0;
	if (strcasecmp(encoding, "gzip") != 0 && strcasecmp(encoding, "x-gzip") != 0 &&
	    strcasecmp(encoding, "zstd") != 0) {
		show(encoding, shown);
		return log_error_errno(-EPROTO,
				       "%s comes encoded as %s, which wasn't asked for; "
				       "save it to a file and give that",
				       request->location, shown);
	}
	r = decode(body, request->size_max, request->location);
	if (r == 0)
		return log_error_errno(-EBADMSG,
				       "%s comes damaged: it isn't encoded as stated; "
				       "try again later",
				       request->location);
	return r < 0 ? r : 0;
}

/* Returns 0, FOLLOW, or an error that was logged. */
static int judge(struct exchange *exchange, CURLU **url, struct fetch_result *result)
{
	const struct fetch_request *request = exchange->request;
	bool conditional = is_header_text(request->etag) || is_header_text(request->last_modified);
	CURL *handle = exchange->handle;
	curl_off_t retry_after = 0;
	long status = 0;

	(void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after);
	result->http_status = status;
	result->retry_after = retry_after;
	switch (status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308: return redirect(handle, request->location, url);
	case 304:
		if (!conditional)
			return log_status(request->location, status);
		result->not_modified = true;
		break;
	case 200: break;
	default: return log_status(request->location, status);
	}
	remember(handle, "ETag", result->not_modified ? request->etag : NULL, result->etag);
	remember(handle, "Last-Modified", result->not_modified ? request->last_modified : NULL,
		 result->last_modified);
	return result->not_modified ? 0 : decode_transfer(handle, request, exchange->body);
}

/* One request. Returns 0, FOLLOW with *url changed, or an error that was logged. */
static int ask(const struct fetch_request *request, CURLU **url, int64_t milliseconds,
	       struct fetch_result *result, struct buffer *body)
{
	_cleanup_curl_text_ char *scheme = NULL;
	_cleanup_curl_list_ struct curl_slist *headers = NULL;
	_cleanup_curl_ CURL *handle = curl_easy_init();
	struct exchange exchange = {.request = request, .handle = handle, .body = body};
	char message[CURL_ERROR_SIZE] = "";
	CURLcode code;

	if (!handle || curl_url_get(*url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    add_header(&headers, "Accept-Encoding", ACCEPT_ENCODING) < 0 ||
	    add_header(&headers, "If-None-Match", request->etag) < 0 ||
	    add_header(&headers, "If-Modified-Since", request->last_modified) < 0)
		return log_error_errno(-ENOMEM, "%s can't be fetched: %m", request->location);
	if (milliseconds <= 0)
		return log_transfer_error(request->location, CURLE_OPERATION_TIMEDOUT, "");
	exchange.loopback_only = strcmp(scheme, "https") != 0;
	code = configure(&exchange, *url, headers, (long)milliseconds, message);
	if (code == CURLE_OK)
		code = curl_easy_perform(handle);
	if (exchange.error < 0)
		return log_error_errno(exchange.error, "%s can't be fetched: %s", request->location,
				       exchange.reason);
	/* A body that ends early is an error although its status was 200. */
	if (code != CURLE_OK && !exchange.body_unwanted)
		return log_transfer_error(request->location, code, message);
	return judge(&exchange, url, result);
}

/* Whether we may ask there at all: nothing was sent before this said so. */
static int parse_url(const char *location, CURLU **url)
{
	_cleanup_curl_url_ CURLU *parsed = curl_url();
	_cleanup_curl_text_ char *scheme = NULL;
	_cleanup_curl_text_ char *host = NULL;
	CURLUcode code;

	if (!parsed)
		return log_error_errno(-ENOMEM, "%s can't be fetched: %m", location);
	code = curl_url_set(parsed, CURLUPART_URL, location, URL_FLAGS);
	if (code == CURLUE_USER_NOT_ALLOWED) /* and so that isn't shown */
		return log_error_errno(-EINVAL, "The location holds a user name or a password, "
						"which isn't supported; leave it out");
	if (code != CURLUE_OK || curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
		return log_error_errno(-EINVAL,
				       "%s isn't a location that can be read; give an "
				       "https:// address, a file, or - for standard input",
				       location);
	if (strcmp(scheme, "http") == 0 && !is_loopback_host(host))
		return log_error_errno(-EINVAL,
				       "%s isn't protected on its way here; use https:// "
				       "(http:// is for this machine only)",
				       location);
	*url = steal_pointer(parsed);
	return 0;
}

static int64_t monotonic_milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NANOSECONDS_PER_MILLISECOND;
}

static int fetch_network(const struct fetch_request *request, struct fetch_result *result,
			 struct buffer *body)
{
	_cleanup_curl_global_ bool initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	_cleanup_curl_url_ CURLU *url = NULL;
	int seconds = request->time_limit_seconds > 0 ? request->time_limit_seconds
						      : FETCH_TIME_LIMIT_DEFAULT;
	int64_t deadline = monotonic_milliseconds() + (int64_t)seconds * 1000;
	_cleanup_sigpipe_ sigset_t signals;
	int r;

	hold_sigpipe(&signals);
	if (!initialized)
		return log_error_errno(-ENOMEM, "%s can't be fetched: libcurl doesn't start",
				       request->location);
	r = parse_url(request->location, &url);
	if (r < 0)
		return r;
	for (int asked = 0; asked <= REDIRECTS_MAX; asked++) {
		r = ask(request, &url, deadline - monotonic_milliseconds(), result, body);
		if (r != FOLLOW)
			break;
	}
	if (r == FOLLOW)
		return log_error_errno(-EPROTO,
				       "%s redirects more than %d times; check the address",
				       request->location, REDIRECTS_MAX);
	result->network = r == 0;
	return r;
}

static int log_too_large(const struct fetch_request *request)
{
	return log_error_errno(-EFBIG, "%s is larger than %zu bytes; allow more if that is right",
			       request->location, request->size_max);
}

static int read_all(int fd, const struct fetch_request *request, struct buffer *body)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return log_error_errno(-errno, "%s can't be read: %m", request->location);
	if (S_ISDIR(status.st_mode))
		return log_error_errno(-EISDIR, "%s is a directory; name the file in it",
				       request->location);
	if (S_ISREG(status.st_mode) && (uint64_t)status.st_size > request->size_max)
		return log_too_large(request);
	for (;;) {
		unsigned char chunk[CHUNK_SIZE];
		ssize_t length = read(fd, chunk, sizeof(chunk));
		int r;

		if (length == 0)
			return 0;
		if (length < 0)
			return log_error_errno(-errno, "%s can't be read: %m", request->location);
		r = append_within(body, chunk, (size_t)length, request->size_max);
		if (r == -EFBIG)
			return log_too_large(request);
		if (r < 0)
			return log_error_errno(r, "%s can't be read: %m", request->location);
	}
}

static int read_path(const char *path, const struct fetch_request *request, struct buffer *body)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return log_error_errno(-errno, "%s can't be opened: %m; check the location",
				       request->location);
	return read_all(fd, request, body);
}

static int read_file_url(const struct fetch_request *request, struct buffer *body)
{
	_cleanup_curl_url_ CURLU *url = curl_url();
	_cleanup_curl_text_ char *query = NULL;
	_cleanup_curl_text_ char *path = NULL;

	if (!url)
		return log_error_errno(-ENOMEM, "%s can't be read: %m", request->location);
	if (curl_url_set(url, CURLUPART_URL, request->location, URL_FLAGS) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_QUERY, &query, 0) != CURLUE_NO_QUERY ||
	    curl_url_get(url, CURLUPART_PATH, &path, CURLU_URLDECODE) != CURLUE_OK)
		return log_error_errno(-EINVAL,
				       "%s isn't a usable file address; give the file's "
				       "path instead",
				       request->location);
	return read_path(path, request, body);
}

/* Whether text begins with a scheme and `://`. */
static bool is_url(const char *text)
{
	size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+-.");

	return length > 0 && strncmp(text + length, "://", strlen("://")) == 0;
}

static int read_location(const struct fetch_request *request, struct fetch_result *result,
			 struct buffer *body)
{
	if (strcmp(request->location, STDIN_LOCATION) == 0)
		return read_all(STDIN_FILENO, request, body);
	if (strncasecmp(request->location, "file:/", strlen("file:/")) == 0)
		return read_file_url(request, body);
	if (is_url(request->location))
		return fetch_network(request, result, body);
	return read_path(request->location, request, body);
}

int fetch(const struct fetch_request *request, struct fetch_result *result)
{
	_cleanup_buffer_ struct buffer body = {0};
	int r;

	*result = (struct fetch_result){0};
	r = read_location(request, result, &body);
	if (r < 0 || result->not_modified)
		return r;
	r = decode(&body, request->size_max, request->location);
	if (r < 0)
		return r;
	r = append_within(&body, "", 0, request->size_max); /* for the NUL of an empty one */
	if (r == 0)
		r = checksum(body.bytes, body.length, result->sha256);
	if (r < 0)
		return log_error_errno(r, "%s can't be read: %m", request->location);
	result->length = body.length;
	result->bytes = (unsigned char *)steal_pointer(body.bytes);
	return 0;
}

bool fetch_is_temporary(int error)
{
	return error == -EAGAIN || error == -ETIMEDOUT || error == -ECONNREFUSED ||
	       error == -ECONNRESET || error == -EHOSTUNREACH;
}

void fetch_result_release(struct fetch_result *result)
{
	free(result->bytes);
	*result = (struct fetch_result){0};
}
