#include "terminal/when.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/messages.h"

#define MILLISECONDS_PER_MINUTE INT64_C(60000)

/* For each unit the sentence before and after now. */
static void put_units(char text[static WHEN_TEXT_SIZE], int64_t length, bool past)
{
	unsigned long long count;

	if (length < MILLISECONDS_PER_HOUR) {
		count = (unsigned long long)(length / MILLISECONDS_PER_MINUTE);
		(void)snprintf(
			text, WHEN_TEXT_SIZE,
			past ? translate_counted(count, "%llu minute ago", "%llu minutes ago")
			     : translate_counted(count, "in %llu minute", "in %llu minutes"),
			count);
	} else if (length < 2 * MILLISECONDS_PER_DAY) {
		count = (unsigned long long)(length / MILLISECONDS_PER_HOUR);
		(void)snprintf(text, WHEN_TEXT_SIZE,
			       past ? translate_counted(count, "%llu hour ago", "%llu hours ago")
				    : translate_counted(count, "in %llu hour", "in %llu hours"),
			       count);
	} else {
		count = (unsigned long long)(length / MILLISECONDS_PER_DAY);
		(void)snprintf(text, WHEN_TEXT_SIZE,
			       past ? translate_counted(count, "%llu day ago", "%llu days ago")
				    : translate_counted(count, "in %llu day", "in %llu days"),
			       count);
	}
}

void when_relative(int64_t instant, int64_t now, char text[static WHEN_TEXT_SIZE])
{
	int64_t length = now >= instant ? now - instant : instant - now;

	if (length >= MILLISECONDS_PER_MINUTE)
		put_units(text, length, now >= instant);
	else
		(void)snprintf(text, WHEN_TEXT_SIZE, "%s",
			       now >= instant ? _("just now") : _("in a moment"));
}

void when_local(const char *zone, int64_t instant, int64_t now, char text[static WHEN_TEXT_SIZE])
{
	char local[LOCAL_TIME_TEXT_SIZE];
	bool today = now != 0 && day_in_zone(zone, instant) == day_in_zone(zone, now);

	local_time_format(zone, instant, local);
	(void)snprintf(text, WHEN_TEXT_SIZE, "%s%s", today ? _("today") : "",
		       today ? strchr(local, ' ') : local);
}

const char *when_zone(const char *zone)
{
	if (strcmp(zone, "Asia/Tokyo") == 0)
		return _("Japan time");
	return strcmp(zone, "America/New_York") == 0 ? _("US Eastern time") : zone;
}
