#include "query/service.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/embed.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(service, "query/sql/service.sql");

static void add(struct service *service, int field, const char *text)
{
	service->values = xgrow(service->values, &service->capacity, service->count, 1,
				sizeof(*service->values));
	service->values[service->count++] =
		(struct service_value){.field = field, .text = xstrdup(text)};
}

int service_read(const struct list *list, int64_t entity, int64_t generation,
		 enum service_extent extent, struct service *service)
{
	sqlite3_stmt *rows;
	int r = list_query(list, LIST_SERVICE, embedded_service, &rows);

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

int service_find_since(const struct list *list, const struct service *service,
		       struct status_since *since)
{
	const struct status_facts facts = {
		.entity = service->entity,
		.generation = service->generation,
		.status = service_text(service, FIELD_STATUS),
		.in_force = service_text(service, FIELD_IN_FORCE),
		.events = service_text(service, FIELD_EVENTS),
		.registered = service_text(service, FIELD_REGISTERED_ON),
		.left = service_text(service, FIELD_DELISTED_ON),
		.left_basis = service_text(service, FIELD_DELISTED_ON_BASIS),
	};
	sqlite3_stmt **query = &list->queries[LIST_SINCE];
	int r = *query ? 0 : status_prepare_since(list->database, query);

	return r < 0 ? r : status_find_since(*query, list->known, &facts, since);
}
