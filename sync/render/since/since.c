#include "render/since/since.h"

#include <stddef.h>
#include <string.h>

#include "common/embed.h"

EMBED(since, "render/since/since.sql");

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

/* This program's former word for a status, where it can't have meant another one, too; "": none. */
static const char *former_word(const struct registry *registry, const char *status)
{
	const struct word *word = registry_find_status(registry, status);

	if (!registry || !word || !word->former)
		return "";
	for (const struct word *other = registry->statuses; other != word; other++)
		if (other->former && strcmp(other->former, word->former) == 0)
			return "";
	return word->former;
}

static bool holds(const struct registry *registry, const char *status)
{
	const struct word *word = registry_find_status(registry, status);

	return word && strcmp(word->in_force, "yes") == 0;
}

int status_prepare_since(sqlite3 *database, sqlite3_stmt **row)
{
	return database_prepare(database, embedded_since, row);
}

/* When this store saw the status come; held: since when it saw one that holds before one that
 * doesn't, which the registry's history may lack. "": it didn't. */
static int find_seen(sqlite3_stmt *row, const struct registry *registry,
		     const struct status_facts *facts, char seen[static DAY_TEXT_SIZE],
		     char held[static DAY_TEXT_SIZE])
{
	const char *status = facts->status;
	int r;

	(void)sqlite3_bind_int64(row, 1, facts->entity);
	(void)sqlite3_bind_int64(row, 2, facts->generation);
	(void)sqlite3_bind_text(row, 3, former_word(registry, status), -1, SQLITE_STATIC);
	r = database_next(row);
	if (r > 0)
		(void)snprintf(seen, DAY_TEXT_SIZE, "%s", database_text(row, 0));
	if (r > 0 && holds(registry, database_text(row, 1)) && !holds(registry, status))
		(void)snprintf(held, DAY_TEXT_SIZE, "%s", database_text(row, 2));
	(void)sqlite3_reset(row);
	return r < 0 ? r : 0;
}

int status_find_since(sqlite3_stmt *row, const struct registry *registry,
		      const struct status_facts *facts, struct status_since *since)
{
	char seen[DAY_TEXT_SIZE] = "", held[DAY_TEXT_SIZE] = "";
	int r;

	*since = (struct status_since){.seen = false};
	(void)snprintf(since->day, DAY_TEXT_SIZE, "%s", facts->left);
	if (since->day[0] != '\0') {
		since->seen = !facts->left_basis || strcmp(facts->left_basis, "stated") != 0;
		return 0;
	}
	r = find_seen(row, registry, facts, seen, held);
	if (r < 0 || events_find_since(facts->events, facts->status, held, since->day))
		return r;
	since->seen = seen[0] != '\0';
	(void)snprintf(since->day, DAY_TEXT_SIZE, "%s",
		       seen[0] == '\0' && strcmp(facts->in_force, "no") != 0 ? facts->registered
									     : seen);
	return 0;
}
