/* Asking a server: over https, or over http on this machine. location.h decides what may be asked.
 */
#ifndef ISMAPFS_HTTP_H
#define ISMAPFS_HTTP_H

#include <stdbool.h>

#include "util/buffer.h"
#include "fetch/answer.h"

/* Starts libcurl, which takes its memory as memory.h says. curl_global_cleanup() ends it, as often
 * as it was started. Returns whether it did. */
bool http_begin(void);

/*
 * One attempt, redirects included. The transfer's encoding is removed, the
 * file's own compression isn't. Fills *result and *body, which are empty before;
 * after an error body is undefined.
 * Returns 0, or an error with its sentence in request->reason (see fetch()).
 */
int http_fetch(const struct fetch_request *request, struct fetch_result *result,
	       struct buffer *body);

#endif
