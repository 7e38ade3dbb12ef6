/*
 * Why a list must not be relied on, as a sentence for the person who is stopped by it.
 * Both programs show the same one.
 */
#ifndef ISMAPFS_STALE_H
#define ISMAPFS_STALE_H

#include <inttypes.h>

#include "common/messages.h"
#include "state.h"

#define STALE_SENTENCE_SIZE 512
#define STALE_DURATION_SIZE 32

/* A duration as options have it: the largest unit that it is a whole number of. */
static inline void stale_print_duration(int64_t milliseconds, char text[static STALE_DURATION_SIZE])
{
	static const struct {
		int64_t milliseconds;
		char letter;
	} units[] = {
		{MILLISECONDS_PER_DAY, 'd'}, {MILLISECONDS_PER_HOUR, 'h'}, {60000, 'm'}, {1, 's'}};
	size_t unit = 0;

	if (milliseconds < 60000) {
		(void)snprintf(text, STALE_DURATION_SIZE, "%" PRId64 "s", milliseconds / 1000);
		return;
	}
	while (milliseconds % units[unit].milliseconds != 0 && units[unit].letter != 'm')
		unit++;
	(void)snprintf(text, STALE_DURATION_SIZE, "%" PRId64 "%c",
		       milliseconds / units[unit].milliseconds, units[unit].letter);
}

/*
 * The sentence of a reason, in the user's language, without a newline; "" for STALE_NOT.
 * state and limits are those that the reason was found with.
 */
static inline void stale_reason_sentence(enum stale_reason reason, const struct state *state,
					 const struct state_limits *limits, char *text, size_t size)
{
	int64_t publication_age = limits->max_publication_age < 0 ? state->publication_limit
								  : limits->max_publication_age;
	char time[TIMESTAMP_TEXT_SIZE], age[STALE_DURATION_SIZE];

	text[0] = '\0';
	stale_print_duration(reason == STALE_UNPUBLISHED ? publication_age : limits->max_age, age);
	timestamp_format(reason == STALE_UNPUBLISHED ? state->published : state->last_success,
			 time);
	switch (reason) {
	case STALE_NOT: return;
	case STALE_BEHIND:
		(void)snprintf(
			text, size, "%s",
			_("a newer list is there, but it can't be shown; 'ismap-sync verify' says why"));
		return;
	case STALE_UNSPOKEN:
		(void)snprintf(
			text, size, "%s",
			_("when this list was checked isn't known: the store's state is of another list, as in a copy made while it was written; the next pull mends that"));
		return;
	case STALE_INCOMPLETE:
		(void)snprintf(text, size, "%s", _("the publication isn't the whole list"));
		return;
	case STALE_LACKS:
		(void)snprintf(
			text, size,
			_("the list can't be relied on without its %s, which could not be read"),
			state->lacks);
		return;
	case STALE_NEVER_CHECKED:
		(void)snprintf(text, size, "%s",
			       _("the list was never checked against its source"));
		return;
	case STALE_IN_FUTURE:
		(void)snprintf(
			text, size,
			_("the list was checked at %s, which is in the future: a clock was wrong, or is; the next pull mends that"),
			time);
		return;
	case STALE_UNCHECKED:
		(void)snprintf(
			text, size,
			_("the list was last checked against its source at %s, more than %s ago"),
			time, age);
		return;
	case STALE_UNPUBLISHED:
		(void)snprintf(
			text, size,
			_("the source answers, but its list is of %s, more than %s ago: it seems to have stopped publishing"),
			time, age);
		return;
	case STALE_EXPIRED:
		timestamp_format(state->expires, time);
		(void)snprintf(
			text, size,
			_("the signed head of this mirror expired at %s: its origin has stopped publishing, or newer heads are held back on the way"),
			time);
		return;
	}
}

#endif
