/*
 * A sentence about what went wrong that is needed twice: on stderr, and in the
 * store's state for whoever reads .registry/last-error later. Both are the same,
 * in the language of whoever runs the sync.
 */
#ifndef ISMAPFS_SENTENCE_H
#define ISMAPFS_SENTENCE_H

#include <stdarg.h>

#include "state.h"

/* Makes it, by printf's rules; %m is the text of error, a negative errno value. Returns error. */
__attribute__((format(printf, 3, 0))) int sentence_make_va(char sentence[static STATE_TEXT_SIZE],
							   int error, const char *format,
							   va_list arguments);

/* The same, and says it. */
__attribute__((format(printf, 3, 4))) int sentence_say(char sentence[static STATE_TEXT_SIZE],
						       int error, const char *format, ...);

#endif
