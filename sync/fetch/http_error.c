#include "fetch/http_error.h"

#include <errno.h>
#include <string.h>

#include "common/messages.h"

/* CURLE_TOO_LARGE. Older libcurl tells it as want of memory, and its header lacks the name. */
#define TOO_LARGE 100

void http_show(const char *text, char shown[static HTTP_SHOWN_SIZE])
{
	size_t length = 0;

	for (; length < HTTP_SHOWN_SIZE - 1 && text[length] != '\0'; length++)
		shown[length] =
			(char)(text[length] >= ' ' && text[length] <= '~' ? text[length] : '?');
	shown[length] = '\0';
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
	case CURLE_NOT_BUILT_IN:
	case CURLE_UNKNOWN_OPTION: return -EOPNOTSUPP;
	default: return -EPROTO;
	}
}

static const char *advice(int error)
{
	switch (error) {
	case -EHOSTUNREACH:
	case -ECONNREFUSED: return _("check the address, the network and the proxy");
	case -EKEYREJECTED:
		return _("check the clock, the host's name and the trusted certificates");
	case -EOPNOTSUPP: return _("libcurl must be built with OpenSSL");
	case -EPROTO: return _("check that this is the right address");
	default: return _("try again later");
	}
}

int http_transfer_error(const struct fetch_request *request, CURLcode code, const char *message)
{
	int error = errno_of_curl(code);
	char shown[HTTP_SHOWN_SIZE];

	/* Want of memory ends the process (http_begin()). */
	if (code == CURLE_OUT_OF_MEMORY || (int)code == TOO_LARGE)
		message = "a header is longer than libcurl reads";
	/* libcurl quotes a proxy that it can't read, which may hold a password. */
	if (strstr(message, "proxy") && strchr(message, '\''))
		message = "";
	http_show(*message ? message : curl_easy_strerror(code), shown);
	return reason_fail(request->reason, error, "%s can't be fetched: %s; %s",
			   request->location.text, shown, advice(error));
}

int http_status_error(const struct fetch_request *request, long status)
{
	const char *what = _("is answered unexpectedly"), *then = _("check the address");
	int error = -EPROTO;

	if (status == 404 || status == 410) {
		what = _("doesn't exist there");
		error = -ENOENT;
	} else if (status == 401 || status == 403 || status == 407) {
		what = _("refuses access");
		then = _("check the address and the proxy");
		error = -EACCES;
	} else if (status == 408 || status == 425 || status == 429 ||
		   (status >= 500 && status <= 599)) {
		what = _("isn't available now");
		then = _("try again later");
		error = -EAGAIN;
	}
	return reason_fail(request->reason, error, "%s %s (status %ld); %s", request->location.text,
			   what, status, then);
}

int http_proxy_error(const struct fetch_request *request, long status)
{
	bool later = status == 408 || status == 429 || (status >= 500 && status <= 599);

	return reason_fail(request->reason, later ? -EAGAIN : -EACCES,
			   "%s can't be fetched: the proxy answers with status %ld; %s",
			   request->location.text, status,
			   later ? _("try again later") : _("check the proxy and its login"));
}
