#include "render/since/since.h"

#include <stdio.h>
#include <string.h>

#include "common/embed.h"
#include "render/since/events.h"

EMBED(since, "render/since/since.sql");

int since_prepare(sqlite3 *database, sqlite3_stmt **query)
{
	return database_prepare(database, embedded_since, query);
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

/* When this copy saw the status come; held: since when it saw one that holds before one that
 * doesn't, which the registry's history may lack. "": it didn't. */
static int find_seen(sqlite3_stmt *query, const struct registry *registry,
		     const struct since_service *service, char seen[static DAY_TEXT_SIZE],
		     char held[static DAY_TEXT_SIZE])
{
	int r;

	(void)sqlite3_reset(query);
	(void)sqlite3_bind_int64(query, 1, service->entity);
	(void)sqlite3_bind_int64(query, 2, service->generation);
	(void)sqlite3_bind_text(query, 3, former_word(registry, service->status), -1,
				SQLITE_STATIC);
	r = database_next(query);
	if (r > 0)
		(void)snprintf(seen, DAY_TEXT_SIZE, "%s", database_text(query, 0));
	if (r > 0 && holds(registry, database_text(query, 1)) && !holds(registry, service->status))
		(void)snprintf(held, DAY_TEXT_SIZE, "%s", database_text(query, 2));
	(void)sqlite3_reset(query);
	return r < 0 ? r : 0;
}

int since_find(sqlite3_stmt *query, const struct registry *registry,
	       const struct since_service *service, struct since *since)
{
	char seen[DAY_TEXT_SIZE] = "", held[DAY_TEXT_SIZE] = "";
	int r;

	*since = (struct since){.seen = strcmp(service->delisted_on_basis, "stated") != 0};
	(void)snprintf(since->day, DAY_TEXT_SIZE, "%s", service->delisted_on);
	if (since->day[0] != '\0')
		return 0;
	since->seen = false;
	r = find_seen(query, registry, service, seen, held);
	if (r < 0 || events_find_since(service->events, service->status, held, since->day))
		return r;
	since->seen = seen[0] != '\0';
	if (!since->seen && strcmp(service->in_force, "no") != 0)
		(void)snprintf(seen, DAY_TEXT_SIZE, "%s", service->registered_on);
	(void)snprintf(since->day, DAY_TEXT_SIZE, "%s", seen);
	return 0;
}
