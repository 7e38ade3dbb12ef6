/*
 * Whether to ask a server once more, and when: the pauses grow, differ from machine
 * to machine, are never shorter than the server asks for, and end after a while.
 * This only decides; network.h asks and waits.
 */
#ifndef ISMAPFS_RETRY_H
#define ISMAPFS_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_COUNT_DEFAULT 4
#define RETRY_COUNT_MAX 100
/* Milliseconds. */
#define RETRY_DELAY_DEFAULT \
	INT64_C(2000) /* before the second attempt; twice that before the third … */
#define RETRY_DELAY_MAX INT64_C(60000) /* … and so on up to this */
#define RETRY_AFTER_MAX \
	INT64_C(120000) /* a server that asks for more isn't asked again in this run */
#define RETRY_TIME_MAX (INT64_C(15) * 60000) /* all attempts and pauses */

struct retry {
	int count;     /* how often again, at most */
	int done;      /* attempts that failed */
	int64_t delay; /* the next pause, before jitter */
	int64_t began; /* steady clock */
	int64_t asked; /* how long the server asked to be left alone at the last failure; 0: not */
};

/* The first attempt is about to begin. */
void retry_begin(struct retry *retry, int count, int64_t first_delay);

/*
 * After a failed attempt: whether to try again, *delay milliseconds from now.
 * error is fetch()'s; retry_after is what the server asked for, in seconds, or 0.
 */
bool retry_again(struct retry *retry, int error, int64_t retry_after, int64_t *delay);

/* Seconds that an attempt may take which begins now: at most limit, at least 1. */
int retry_time_limit(const struct retry *retry, int limit);

#endif
