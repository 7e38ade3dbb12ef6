/* Durations: parsing and printing them, a steady clock, jitter. */
#ifndef ISMAPFS_DURATION_H
#define ISMAPFS_DURATION_H

#include <stdint.h>

#include "common/duration.h"

/* Longer ones are mistakes: a year, in milliseconds. */
#define DURATION_MAX (INT64_C(366) * 86400 * 1000)

/* A whole number and ms, s, m, h or d, seconds without one, into milliseconds. Returns 0 or
 * -EINVAL. */
static inline int duration_parse(const char *text, int64_t *milliseconds)
{
	return duration_parse_up_to(text, DURATION_MAX, milliseconds);
}

/* For people: "350 ms", "20 s", "15 min", "6 h". */
#define DURATION_TEXT_SIZE 32
void duration_format(int64_t milliseconds, char text[static DURATION_TEXT_SIZE]);

/* Milliseconds on a clock that can't be set and that runs on while the machine sleeps. */
int64_t steady_now(void);

/* A random duration from percent less to percent more, so that many machines don't ask at once. */
int64_t jitter(int64_t milliseconds, int percent);

#endif
