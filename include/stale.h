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
#define STALE_DURATION_SIZE 64

/* A duration in words, in the user's language: of the largest unit that it is a whole number of. */
static inline void stale_print_duration(int64_t milliseconds, char text[static STALE_DURATION_SIZE])
{
	unsigned long long count = (unsigned long long)(milliseconds / 1000);

	if (count < 60 || count % 60 != 0)
		(void)snprintf(text, STALE_DURATION_SIZE,
			       translate_counted(count, "%llu second", "%llu seconds"), count);
	else if ((count /= 60) % 60 != 0)
		(void)snprintf(text, STALE_DURATION_SIZE,
			       translate_counted(count, "%llu minute", "%llu minutes"), count);
	else if ((count /= 60) % 24 != 0)
		(void)snprintf(text, STALE_DURATION_SIZE,
			       translate_counted(count, "%llu hour", "%llu hours"), count);
	else
		(void)snprintf(text, STALE_DURATION_SIZE,
			       translate_counted(count / 24, "%llu day", "%llu days"), count / 24);
}

/*
 * The sentence of a reason, in the user's language, without a newline; "" for STALE_NOT.
 * state and limits are those that the reason was found with; times are of the list's zone.
 */
static inline void stale_reason_sentence(enum stale_reason reason, const struct state *state,
					 const struct state_limits *limits, const char *zone,
					 char *text, size_t size)
{
	int64_t publication_age = limits->max_publication_age < 0 ? state->publication_limit
								  : limits->max_publication_age;
	char time[LOCAL_TIME_TEXT_SIZE], age[STALE_DURATION_SIZE];

	text[0] = '\0';
	stale_print_duration(reason == STALE_UNPUBLISHED ? publication_age : limits->max_age, age);
	local_time_format(
		zone, reason == STALE_UNPUBLISHED ? state->published : state->last_success, time);
	switch (reason) {
	case STALE_NOT: return;
	case STALE_BEHIND:
		(void)snprintf(
			text, size, "%s",
			_("the store's newest list can't be found, or can't be shown; 'ismap-sync verify' says why"));
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
		(void)snprintf(text, size,
			       _("the list can't be relied on without its %s, which is missing"),
			       state->lacks);
		return;
	case STALE_NEVER_CHECKED:
		(void)snprintf(text, size, "%s",
			       _("nothing says that the list was ever checked against its source"));
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
		local_time_format(zone, state->expires, time);
		(void)snprintf(
			text, size,
			_("the signed head of this mirror expired at %s: its origin has stopped publishing, or newer heads are held back on the way"),
			time);
		return;
	}
}

#endif
