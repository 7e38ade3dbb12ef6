#include "query/service.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/embed.h"
#include "query/events.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(service, "query/sql/service.sql");
EMBED(since, "query/sql/since.sql");

static void add(struct service *service, int field, const char *text)
{
	service->values = xgrow(service->values, &service->capacity, service->count, 1,
				sizeof(*service->values));
	service->values[service->count++] =
		(struct service_value){.field = field, .text = xstrdup(text)};
}

int service_read(sqlite3 *database, int64_t entity, int64_t generation, enum service_extent extent,
		 struct service *service)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database, embedded_service, &rows);

	*service = (struct service){.entity = entity, .generation = generation};
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, entity);
	(void)sqlite3_bind_int64(rows, 2, generation);
	(void)sqlite3_bind_int(rows, 3, extent == SERVICE_WHOLE);
	while ((r = database_next(rows)) > 0)
		add(service, sqlite3_column_int(rows, 0), database_text(rows, 1));
	return r;
}

void service_release(struct service *service)
{
	for (size_t i = 0; i < service->count; i++)
		free(service->values[i].text);
	free(service->values);
	*service = (struct service){0};
}

const char *service_stated(const struct service *service, int field)
{
	for (size_t i = 0; i < service->count; i++)
		if (service->values[i].field == field)
			return service->values[i].text;
	return NULL;
}

const char *service_text(const struct service *service, int field)
{
	const char *text = service_stated(service, field);

	return text ? text : "";
}

/* This program's former word for a status, where it can't have meant another one, too; "": none. */
static const char *former_word(const struct registry *registry, const char *status)
{
	const struct word *word = registry_find_status(registry, status);

	if (!word || !word->former)
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

/* When this store saw the status come; held: since when it saw one that holds before one that
 * doesn't, which the registry's history may lack. "": it didn't. */
static int find_seen(const struct list *list, const struct service *service,
		     char seen[static DAY_TEXT_SIZE], char held[static DAY_TEXT_SIZE])
{
	const char *status = service_text(service, FIELD_STATUS);
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(list->database, embedded_since, &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, service->entity);
	(void)sqlite3_bind_int64(row, 2, service->generation);
	(void)sqlite3_bind_text(row, 3, former_word(list->known, status), -1, SQLITE_STATIC);
	r = database_next(row);
	if (r > 0)
		(void)snprintf(seen, DAY_TEXT_SIZE, "%s", database_text(row, 0));
	if (r > 0 && holds(list->known, database_text(row, 1)) && !holds(list->known, status))
		(void)snprintf(held, DAY_TEXT_SIZE, "%s", database_text(row, 2));
	return r < 0 ? r : 0;
}

int service_find_since(const struct list *list, const struct service *service,
		       char since[static DAY_TEXT_SIZE])
{
	const char *status = service_text(service, FIELD_STATUS);
	char seen[DAY_TEXT_SIZE] = "", held[DAY_TEXT_SIZE] = "";
	int r;

	(void)snprintf(since, DAY_TEXT_SIZE, "%s", service_text(service, FIELD_DELISTED_ON));
	if (since[0] != '\0')
		return 0;
	r = find_seen(list, service, seen, held);
	if (r < 0 || events_find_since(service_text(service, FIELD_EVENTS), status, held, since))
		return r;
	if (seen[0] == '\0' && strcmp(service_text(service, FIELD_IN_FORCE), "no") != 0)
		(void)snprintf(seen, DAY_TEXT_SIZE, "%s",
			       service_text(service, FIELD_REGISTERED_ON));
	(void)snprintf(since, DAY_TEXT_SIZE, "%s", seen);
	return 0;
}
