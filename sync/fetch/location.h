/*
 * Locations: what kind a text is of, and which addresses may be asked. fetch.h lists
 * the kinds. Nothing here reads or sends anything, or resolves a name.
 */
#ifndef ISMAPFS_LOCATION_H
#define ISMAPFS_LOCATION_H

#include <stdbool.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "util/reason.h"

enum location_kind {
	LOCATION_STDIN,
	LOCATION_PATH,
	LOCATION_FOLDER, /* a path, at which a directory is */
	LOCATION_FILE_URL,
	LOCATION_URL, /* of any other scheme, supported or not */
};

struct location {
	enum location_kind kind;
	const char *text; /* as the user wrote it; borrowed */
};

/* What kind of location a text is. */
struct location location_of(const char *text);

/*
 * The path that a LOCATION_FILE_URL names, into *path (for curl_free).
 * Returns 0, or -EINVAL with its sentence in reason; *path is untouched then.
 */
int location_file_path(const char *location, struct reason *reason, char **path);

/* The same without a sentence. */
int location_find_path(const char *location, char **path);

/*
 * Whether a LOCATION_URL may be asked at all: https:// without credentials, or
 * http:// to a name of this machine's loopback. *url receives it parsed.
 * Returns 0, or -EINVAL with its sentence in reason.
 */
int location_parse(const char *location, struct reason *reason, CURLU **url);

/*
 * Sets *url to target, the address that a server redirects to, if its scheme, host
 * and port are the same. Returns 0; or -EINVAL when it leads elsewhere or nowhere,
 * and then *url is untouched.
 */
int location_follow(const char *target, CURLU **url);

/* Whether an address that a name led to is a loopback address of this machine. */
bool location_is_loopback(const struct sockaddr *address);

static inline void cleanup_curl_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

static inline void cleanup_curl_text(char **text)
{
	curl_free(*text);
}

#define _cleanup_curl_url_ __attribute__((cleanup(cleanup_curl_url)))
#define _cleanup_curl_text_ __attribute__((cleanup(cleanup_curl_text)))

#endif
