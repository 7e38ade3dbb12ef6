/*
 * How a run uses the network, and asking a server until it answers: for a pull's
 * one request, for a mirror's downloads, for the pages of a portal.
 */
#ifndef ISMAPFS_NETWORK_H
#define ISMAPFS_NETWORK_H

#include "fetch/answer.h"
#include "fetch/interrupt.h"
#include "fetch/progress.h"
#include "fetch/retry.h"
#include "util/clock.h"

struct network {
	const char *ca_file;	     /* as in answer.h */
	int retries;		     /* as in retry.h */
	int64_t retry_delay;	     /* ms */
	bool quiet;		     /* don't report what is tried again */
	bool verbose;		     /* report what is asked and answered */
	struct interrupt *interrupt; /* ends the asking; NULL: signals act as they always do */
	void *share;		     /* as in answer.h; network_share_begin() makes one */
	struct progress *progress;   /* a line that the caller draws; NULL: one of the bytes */
	/* Is told that an attempt begins (reason is NULL), and why one failed and at which time,
	 * ms, the next one begins; or NULL. */
	void (*tell)(void *context, const struct reason *reason, int64_t next_try);
	void *tell_context;
	/* What came of it. */
	int64_t asked; /* ms that the server, in vain, asked to be left alone at last; 0: not */
	size_t transferred; /* bytes, of all answers */
	/* The time that a server stated last, as in answer.h, and when it did by the steady clock,
	 * both ms; 0: none did. */
	int64_t server_time, server_time_at;
};

#define NETWORK_DEFAULT \
	{ \
		.retries = RETRY_COUNT_DEFAULT, .retry_delay = RETRY_DELAY_DEFAULT \
	}

/*
 * fetch() of the request with what network says, asked again while the server can't
 * answer now. Returns 0; or fetch()'s error, -EINTR
 * when told to stop, with its sentence in wanted->reason.
 */
int ask_until_answered(struct network *network, const struct fetch_request *wanted,
		       struct fetch_result *result);

/* The time now as a server said over TLS; reports where our clock differs (clock.h). */
struct clock_reading network_read_clock(const struct network *network);

/* Keeps connections from one request to the next, and if wanted the cookies of a guest's session.
 */
void network_share_begin(struct network *network, bool cookies);
void network_share_end(struct network *network);

#endif
