/*
 * Why a run fails, in one sentence. The run owns it, and hands a pointer to
 * whatever can fail, which fills it in and says nothing. The run says it, once, on
 * stderr, and keeps it in the store's state: .registry/last-error and stderr tell
 * the same, in the language of the user who runs the sync.
 *
 * An error without a sentence, SQLite's for example, was logged where it happened.
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

/* Says it on stderr, if there is a sentence. */
void reason_say(const struct reason *reason);

/* Forgets it: something else may still do. */
void reason_clear(struct reason *reason);

#endif
