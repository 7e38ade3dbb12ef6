/* Asking a server: over https, or over http on this machine. location.h decides what may be asked.
 */
#ifndef ISMAPFS_HTTP_H
#define ISMAPFS_HTTP_H

#include "util/buffer.h"
#include "fetch/answer.h"

/*
 * One attempt, redirects included. The transfer's encoding is removed, the
 * file's own compression isn't. Fills *result and *body, which are empty before;
 * after an error body is undefined.
 * Returns 0, or an error with its sentence in request->reason (see fetch()).
 */
int http_fetch(const struct fetch_request *request, struct fetch_result *result,
	       struct buffer *body);

#endif
