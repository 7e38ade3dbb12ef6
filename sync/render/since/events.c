#include "render/since/events.h"

#include <stddef.h>
#include <string.h>

/* Copies a field of a row, up to a tab or the line's end. Returns where the next one begins. */
static const char *take_field(const char *rest, char text[static EVENT_TEXT_SIZE])
{
	size_t length = strcspn(rest, "\t\n");
	size_t kept = length < EVENT_TEXT_SIZE ? length : EVENT_TEXT_SIZE - 1;

	/* Not by snprintf(): each line of a list to check may look through a long history. */
	memcpy(text, rest, kept);
	text[kept] = '\0';
	return rest + length + (rest[length] == '\t');
}

bool events_next(const char **rest, struct event *event)
{
	char *const fields[] = {event->date, event->from,  event->to,	   event->type,
				event->path, event->class, event->recorded};

	if (strncmp(*rest, "date\t", strlen("date\t")) == 0)
		*rest += strcspn(*rest, "\n");
	*rest += strspn(*rest, "\n");
	if (**rest == '\0')
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		*rest = take_field(*rest, fields[i]);
	*rest += strcspn(*rest, "\n");
	return true;
}

bool events_find_since(const char *table, const char *status, const char *before,
		       char since[static DAY_TEXT_SIZE])
{
	struct event event;
	bool found = false, is_last = false;

	while (events_next(&table, &event)) {
		bool is_it = strcmp(event.to, status) == 0;

		if (is_it && !is_last) {
			(void)snprintf(since, DAY_TEXT_SIZE, "%.*s", DAY_TEXT_SIZE - 1, event.date);
			found = strcmp(event.date, before) >= 0 ||
				strcmp(event.recorded, before) >= 0;
		}
		is_last = is_it;
	}
	return found && since[0] != '\0';
}
