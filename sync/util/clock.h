/*
 * The time of day, and who vouches for it.
 *
 * A clock that is wrong once must leave nothing behind that is believed later. So
 * this machine's clock needs a witness: the kernel's word that it is synchronised, or
 * the time that a server states over TLS. Where the clock is more than an hour off
 * its witness, the witness's time counts. Where two witnesses contradict each other,
 * nobody vouches. Without a witness our own time dates nothing that stays.
 *
 * For tests, the environment variable ISMAP_SYNC_CLOCK takes the clock's and the
 * kernel's place: `INSTANT synchronised`, `INSTANT unsynchronised`; `now` is the real
 * clock's instant. A program that was given privileges ignores it; anybody else who can
 * set it could as well preload a library.
 */
#ifndef ISMAPFS_CLOCK_H
#define ISMAPFS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/timestamp.h"

/* Clocks that differ by no more than this agree. Milliseconds. */
#define CLOCK_ERROR_MAX MILLISECONDS_PER_HOUR

struct clock_reading {
	int64_t now; /* the time to go by, ms since 1970 UTC */
	bool witnessed;
};

/* Our own clock, ms since 1970 UTC. */
int64_t clock_now(void);

/* The time to go by; reports on stderr where our clock and a witness differ. server: the time that
 * a server states now, over TLS, ms; 0: none does. */
struct clock_reading clock_read(int64_t server);

#endif
