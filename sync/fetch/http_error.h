/* A failed exchange as an error number, and as a sentence that tells the user what to do. */
#ifndef ISMAPFS_HTTP_ERROR_H
#define ISMAPFS_HTTP_ERROR_H

#include <curl/curl.h>

#include "fetch/answer.h"

#define HTTP_SHOWN_SIZE 256

/* A server's words, fit for a message: cut, and with `?` for all that isn't printable ASCII. */
void http_show(const char *text, char shown[static HTTP_SHOWN_SIZE]);

/*
 * All put a sentence into the request's reason and return one of fetch()'s errors:
 * because the transfer ended with code (message is libcurl's, or empty), because the
 * proxy refused, or because the answer's status is no success.
 */
int http_transfer_error(const struct fetch_request *request, CURLcode code, const char *message);
int http_proxy_error(const struct fetch_request *request, long status);
int http_status_error(const struct fetch_request *request, long status);

#endif
