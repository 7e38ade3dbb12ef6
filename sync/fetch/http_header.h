/* What the headers of a server's answer say of its body, and of the time. */
#ifndef ISMAPFS_HTTP_HEADER_H
#define ISMAPFS_HTTP_HEADER_H

#include <stdbool.h>

#include <curl/curl.h>

#include "fetch/answer.h"
#include "util/buffer.h"

/* The first header of that name in the last answer, or NULL. */
const char *http_header(CURL *handle, const char *name);

/* Whether a header's text is usable: not empty, not too long, and without bytes that could begin
 * another header. */
bool http_header_is_usable(const char *text);

/*
 * Keeps in *result the validators for the next request, which change whenever the
 * document does. Where a 304 states none, those of the request stay.
 */
void http_remember_validators(CURL *handle, const struct fetch_request *request,
			      struct fetch_result *result);

/* Takes off the transfer's encoding, which is not the file's own compression. Returns 0, or an
 * error with its sentence in request->reason. */
int http_decode_transfer(CURL *handle, const struct fetch_request *request, struct buffer *body);

/* The time that the server states, ms; an answer from a cache says how old it is. 0: there is none.
 */
int64_t http_server_time(CURL *handle);

#endif
