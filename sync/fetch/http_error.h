/* What a failed exchange means: an error number, and a sentence that says what to do. */
#ifndef ISMAPFS_HTTP_ERROR_H
#define ISMAPFS_HTTP_ERROR_H

#include <curl/curl.h>

#include "fetch/answer.h"

#define HTTP_SHOWN_SIZE 256

/* A server's words, fit for a message: cut, and with `?` for all that isn't printable ASCII. */
void http_show(const char *text, char shown[static HTTP_SHOWN_SIZE]);

/*
 * All say why a request's location can't be fetched and return the error, one
 * of fetch()'s: because the transfer ended with code (message is libcurl's, or
 * empty), or because the answer has a status that isn't a success.
 */
int http_transfer_error(const struct fetch_request *request, CURLcode code, const char *message);
/* Or because the proxy answers with a status instead of letting us through. */
int http_proxy_error(const struct fetch_request *request, long status);
int http_status_error(const struct fetch_request *request, long status);

#endif
