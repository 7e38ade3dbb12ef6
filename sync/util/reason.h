/*
 * Why a run fails, in one sentence. The run owns it and passes a pointer to the
 * functions that can fail; they fill it in and print nothing. The run prints it once
 * on stderr and keeps it in the store's state, so that .registry/last-error has the
 * same sentence, in the language of the user who runs the sync.
 *
 * An error without a sentence, for example SQLite's, was logged where it happened.
 */
#ifndef ISMAPFS_REASON_H
#define ISMAPFS_REASON_H

#include <stdbool.h>

#include "state.h"

struct reason {
	const char *about; /* what is refused: a location, as the user wrote it; borrowed */
	bool refused;	   /* what came is refused; otherwise something failed */
	char sentence[STATE_TEXT_SIZE]; /* empty: none yet */
};

/* Something failed, with a sentence by printf's rules; %m is the text of error, a negative errno
 * value. Returns error. */
__attribute__((format(printf, 3, 4))) int reason_fail(struct reason *reason, int error,
						      const char *format, ...);

/* What came is refused. Returns -EBADMSG. */
__attribute__((format(printf, 2, 3))) int reason_refuse(struct reason *reason, const char *format,
							...);

/* Prints the sentence on stderr, if there is one. */
void reason_say(const struct reason *reason);

/* Forgets the sentence, when another way is tried. */
void reason_clear(struct reason *reason);

#endif
