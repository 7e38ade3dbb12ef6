#include "fetch/location.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "util/buffer.h"
#include "util/memory.h"

#define STDIN_LOCATION "-"

/* How locations and redirects are read: odd bytes get encoded, credentials are refused. */
#define URL_FLAGS (CURLU_URLENCODE | CURLU_DISALLOW_USER)

/* Without memory nothing is known of an address. */
static CURLUcode known(CURLUcode code)
{
	if (code == CURLUE_OUT_OF_MEMORY)
		out_of_memory();
	return code;
}

static CURLUcode get_part(CURLU *url, CURLUPart part, char **text, unsigned flags)
{
	return known(curl_url_get(url, part, text, flags));
}

/* Sets a part of a URL. Blanks are encoded here: libcurl 8.14 refuses them in spite of its flag. */
static CURLUcode set_url(CURLU *url, const char *text)
{
	_cleanup_buffer_ struct buffer encoded = {0};

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			buffer_append(&encoded, "%20", 3);
		else
			buffer_append(&encoded, text, 1);
	}
	buffer_append(&encoded, "", 1);
	return known(curl_url_set(url, CURLUPART_URL, encoded.bytes, URL_FLAGS));
}

/* Whether text begins with a scheme and `://`. */
static bool is_url(const char *text)
{
	size_t length =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

	return length > 0 && strncmp(text + length, "://", strlen("://")) == 0;
}

static enum location_kind kind_of(const char *text)
{
	struct stat attributes;

	/* cppcheck-suppress ctunullpointer; a required option has a value */
	if (strcmp(text, STDIN_LOCATION) == 0)
		return LOCATION_STDIN;
	if (strncasecmp(text, "file:/", strlen("file:/")) == 0)
		return LOCATION_FILE_URL;
	if (is_url(text))
		return LOCATION_URL;
	return stat(text, &attributes) == 0 && S_ISDIR(attributes.st_mode) ? LOCATION_FOLDER
									   : LOCATION_PATH;
}

struct location location_of(const char *text)
{
	return (struct location){.kind = kind_of(text), .text = text};
}

bool location_is_loopback(const struct sockaddr *address)
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

int location_parse(const char *location, struct reason *reason, CURLU **url)
{
	_cleanup_curl_url_ CURLU *parsed = curl_url();
	_cleanup_curl_text_ char *scheme = NULL;
	_cleanup_curl_text_ char *host = NULL;
	CURLUcode code;

	if (!parsed)
		out_of_memory();
	code = set_url(parsed, location);
	if (code == CURLUE_USER_NOT_ALLOWED) /* and so that isn't shown */
		return reason_fail(
			reason, -EINVAL,
			"The location holds a user name or a password, which isn't supported; leave it out");
	if (code != CURLUE_OK || get_part(parsed, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    get_part(parsed, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
		return reason_fail(
			reason, -EINVAL,
			"%s isn't a location that can be read; give an https:// address, a file, or - for standard input",
			location);
	if (strcmp(scheme, "http") == 0 && !is_loopback_host(host))
		return reason_fail(
			reason, -EINVAL,
			"%s isn't protected on its way here; use https:// (http:// is for this machine only)",
			location);
	*url = steal_pointer(parsed);
	return 0;
}

static bool same_part(CURLU *one, CURLU *other, CURLUPart part)
{
	_cleanup_curl_text_ char *text = NULL;
	_cleanup_curl_text_ char *other_text = NULL;

	return get_part(one, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       get_part(other, part, &other_text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       strcasecmp(text, other_text) == 0;
}

int location_follow(const char *target, CURLU **url)
{
	_cleanup_curl_url_ CURLU *next = curl_url_dup(*url);

	if (!next)
		out_of_memory();
	if (set_url(next, target) != CURLUE_OK || !same_part(next, *url, CURLUPART_SCHEME) ||
	    !same_part(next, *url, CURLUPART_HOST) || !same_part(next, *url, CURLUPART_PORT))
		return -EINVAL;
	curl_url_cleanup(*url);
	*url = steal_pointer(next);
	return 0;
}

int location_find_path(const char *location, char **path)
{
	_cleanup_curl_url_ CURLU *url = curl_url();
	_cleanup_curl_text_ char *query = NULL;

	if (!url)
		out_of_memory();
	if (set_url(url, location) != CURLUE_OK ||
	    get_part(url, CURLUPART_QUERY, &query, 0) != CURLUE_NO_QUERY ||
	    get_part(url, CURLUPART_PATH, path, CURLU_URLDECODE) != CURLUE_OK)
		return -EINVAL;
	return 0;
}

int location_file_path(const char *location, struct reason *reason, char **path)
{
	int r = location_find_path(location, path);

	if (r < 0)
		return reason_fail(reason, r,
				   "%s isn't a usable file address; give the file's path instead",
				   location);
	return 0;
}
