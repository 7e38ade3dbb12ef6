/* What is asked of fetch() and what comes of it. */
#ifndef ISMAPFS_ANSWER_H
#define ISMAPFS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch/location.h"
#include "state.h"
#include "util/checksum.h"
#include "util/reason.h"
#include "util/span.h"

#define FETCH_TIME_LIMIT_DEFAULT 600 /* seconds */

struct fetch_request {
	struct location location;
	const char *etag;	   /* of what is known already; NULL or empty for none */
	const char *last_modified; /* of what is known already; NULL or empty for none */
	size_t size_max;	   /* bytes, also after unpacking */
	bool packed;		   /* leave the file's own compression as it is */
	bool only_files;	   /* no pipe or device, which could keep us waiting for ever */
	const char *user_agent;	   /* or NULL; network.h says who we are */
	const char *ca_file;	   /* PEM: authorities to trust besides the system's; or NULL */
	int time_limit_seconds;	   /* for the network, redirects included; 0: the default */
	/*
	 * Is called about once a second and while bytes arrive: how many came, and of how many (0
	 * when unknown); with 0 of 0 when the transfer is over. The fetch ends with -EINTR unless
	 * it returns 0. May be NULL.
	 */
	int (*progress)(void *context, size_t done, size_t total);
	void *progress_context;
	struct span body; /* is sent by POST, also where a redirect leads; empty: GET */
	/* For a visit of several requests; NULL otherwise. */
	const char *const *headers; /* more of them, `Name: value`, up to a NULL */
	void *share;		    /* a CURLSH that keeps the visit's cookies and connections */
	struct reason *reason;	    /* receives why it fails */
};

struct fetch_result {
	unsigned char *bytes; /* unpacked, with a NUL behind length; NULL when not modified */
	size_t length;	      /* may be 0: the caller judges an empty publication */
	bool not_modified;    /* the server has nothing newer than the request's etag or date */
	bool network;	      /* an answer of a server, rather than a file or standard input */
	long http_status;     /* of the last answer, also on error; 0 when there was none */
	int64_t retry_after;  /* seconds that the server asks to wait, also on error; any number; 0:
			       * none
			       */
	/* For the next conditional request, empty for none. When not modified: the request's own,
	 * or newer ones. */
	char etag[STATE_TEXT_SIZE];
	char last_modified[STATE_TEXT_SIZE];
	char sha256[CHECKSUM_TEXT_SIZE]; /* of bytes; empty when not modified */
	int64_t server_time;		 /* as the server states it over TLS, ms, also on error; 0:
					  * it doesn't */
	size_t transferred;		 /* bytes of the body as they came, packed or not */
};

/* Whether the same request may well succeed a while later. error is fetch()'s. */
bool fetch_is_temporary(int error);

/* Frees what a fetch left; also for the cleanup attribute, on a zeroed result too. */
void fetch_result_release(struct fetch_result *result);
#define _cleanup_fetch_result_ __attribute__((cleanup(fetch_result_release)))

#endif
