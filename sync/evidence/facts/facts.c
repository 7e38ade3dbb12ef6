#include "evidence/facts/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "common/log.h"
#include "evidence/pack/pack.h"
#include "sources/source.h"
#include "util/memory.h"
#include "util/text/text.h"
#include "vocabulary.h"

EMBED(documents, "evidence/facts/documents.sql");
EMBED(events, "evidence/facts/events.sql");
EMBED(listed, "evidence/facts/listed.sql");

/* So much of a number that the list never had. */
#define NUMBER_SIZE_MAX 100

static void release_service(struct evidence_service *service)
{
	free(service->number);
	free(service->events);
	free(service->record);
	service_release(&service->then);
	service_release(&service->known);
}

void evidence_release(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->document_count; i++) {
		free(evidence->documents[i].role);
		free(evidence->documents[i].shape);
		free(evidence->documents[i].location);
	}
	for (size_t i = 0; i < evidence->service_count; i++)
		release_service(&evidence->services[i]);
	free(evidence->documents);
	free(evidence->services);
	kept_index_release(&evidence->kept);
	*evidence = (struct evidence){.list = NULL};
}

static int read_generation(sqlite3 *database, int64_t id, struct evidence_generation *generation)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT published_at, fetched_at, complete, services,"
		" published_basis, day, chain, source FROM generation WHERE id = ?1",
		&row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, id);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*generation = (struct evidence_generation){
		.id = id,
		.published_at = sqlite3_column_int64(row, 0),
		.fetched_at = sqlite3_column_int64(row, 1),
		.complete = sqlite3_column_int(row, 2) != 0,
		.services = sqlite3_column_int64(row, 3),
	};
	(void)snprintf(generation->basis, sizeof(generation->basis), "%s", database_text(row, 4));
	(void)snprintf(generation->day, sizeof(generation->day), "%s", database_text(row, 5));
	(void)snprintf(generation->chain, sizeof(generation->chain), "%s", database_text(row, 6));
	(void)snprintf(generation->source, sizeof(generation->source), "%s", database_text(row, 7));
	return 0;
}

/* What comes behind the generation, how many there were that day, and which store it is. */
static int read_around(struct evidence *evidence)
{
	sqlite3 *database = evidence->list->database;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT coalesce((SELECT min(id) FROM generation WHERE id > ?1), 0),"
		" coalesce((SELECT day FROM generation WHERE id > ?1 ORDER BY id LIMIT 1), ''),"
		" (SELECT count(*) FROM generation WHERE day = ?2), uuid FROM store",
		&row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, evidence->shown.id);
	(void)sqlite3_bind_text(row, 2, evidence->shown.day, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	evidence->next = sqlite3_column_int64(row, 0);
	(void)snprintf(evidence->next_day, sizeof(evidence->next_day), "%s", database_text(row, 1));
	evidence->lists_that_day = sqlite3_column_int64(row, 2);
	(void)snprintf(evidence->uuid, sizeof(evidence->uuid), "%s", database_text(row, 3));
	return 0;
}

/* The first that was fetched of those with the same bytes. */
static const struct kept_document *find_kept(const struct kept_index *index, const char *role,
					     const char *sha256)
{
	for (size_t i = 0; i < index->count; i++)
		if (strcmp(index->rows[i].sha256, sha256) == 0 &&
		    strcmp(index->rows[i].role, role) == 0)
			return &index->rows[i];
	return NULL;
}

static int read_documents(struct evidence *evidence)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(evidence->list->database, embedded_documents, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, evidence->shown.id);
	while ((r = database_next(rows)) > 0) {
		struct evidence_document *document;

		evidence->documents =
			xgrow(evidence->documents, &evidence->document_capacity,
			      evidence->document_count, 1, sizeof(*evidence->documents));
		document = &evidence->documents[evidence->document_count++];
		*document = (struct evidence_document){
			.role = xstrdup(database_text(rows, 0)),
			.shape = xstrdup(database_text(rows, 1)),
			.location = xstrdup(database_text(rows, 2)),
			.published_at = sqlite3_column_int64(rows, 4),
		};
		(void)snprintf(document->sha256, sizeof(document->sha256), "%s",
			       database_text(rows, 3));
		document->kept = find_kept(&evidence->kept, document->role, document->sha256);
	}
	return r;
}

/* Examples that came with the program say nothing of what a publisher's list had. */
static int refuse_sample(const struct evidence *evidence)
{
	const struct registry *known = evidence->list->known;

	if (!known || !known->sample || strcmp(evidence->shown.source, SOURCE_BUNDLED) != 0)
		return 0;
	return log_error_errno(
		-ENOENT,
		"of that day the store has examples that came with this program, and no list");
}

int evidence_read_day(struct evidence *evidence, const struct list *list, const char *day)
{
	struct known_days days;
	int64_t number;
	int r;

	*evidence = (struct evidence){.list = list};
	if (day_parse(day, &number) < 0)
		return log_error_errno(-EINVAL, "'%.40s' is not a day: YYYY-MM-DD", day);
	r = known_days_read(list->database, &list->store.state, &days);
	if (r == 0)
		r = known_days_look(&days, day, &evidence->day);
	if (r < 0)
		return r;
	evidence->begins = day_begins(list->zone, number);
	evidence->ends = day_begins(list->zone, number + 1);
	r = read_generation(list->database, evidence->day.generation, &evidence->shown);
	if (r == 0)
		r = refuse_sample(evidence);
	if (r == 0)
		r = read_generation(list->database, list->generation, &evidence->newest);
	if (r == 0)
		r = read_around(evidence);
	if (r < 0)
		return r;
	r = kept_index_read(list->store.fd, &evidence->kept);
	if (r < 0)
		return log_error_errno(r, "%s/" STORE_PUBLICATIONS "/index: %m", list->store.path);
	if (list->store.state.signer[0] != '\0')
		evidence->origin = list->store.state.signer;
	return read_documents(evidence);
}

const struct evidence_document *evidence_list_document(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->document_count; i++)
		if (strcmp(evidence->documents[i].role, DOCUMENT_LIST) == 0)
			return &evidence->documents[i];
	return NULL;
}

static int read_listed(const struct evidence *evidence, struct evidence_service *service)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(evidence->list->database, embedded_listed, &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, service->entity);
	(void)sqlite3_bind_int64(row, 2, evidence->shown.id);
	r = database_next(row);
	if (r <= 0)
		return r;
	service->listed = strcmp(database_text(row, 0), "services") == 0;
	if (!service->listed)
		(void)snprintf(service->left, sizeof(service->left), "%s", database_text(row, 1));
	return 0;
}

static bool has_event(const struct evidence_service *service, const char *table,
		      const struct event *wanted)
{
	struct event event;

	for (size_t i = 0; i < service->event_count; i++)
		if (memcmp(&service->events[i].event, wanted, sizeof(*wanted)) == 0)
			return true;
	for (memset(&event, 0, sizeof(event)); events_next(&table, &event);
	     memset(&event, 0, sizeof(event)))
		if (memcmp(&event, wanted, sizeof(event)) == 0)
			return true;
	return false;
}

/* Adds the rows of a table that the table of the day didn't have and that date something up to it.
 */
static void add_events(const struct evidence *evidence, struct evidence_service *service,
		       sqlite3_stmt *row)
{
	const char *before = service_text(&service->then, FIELD_EVENTS);
	const char *table = database_text(row, 0);
	char day[DAY_TEXT_SIZE];
	struct event event;

	day_format(evidence->day.day, day);
	for (memset(&event, 0, sizeof(event)); events_next(&table, &event);
	     memset(&event, 0, sizeof(event))) {
		struct evidence_event *added;

		if (strcmp(event.date, day) > 0 || has_event(service, before, &event))
			continue;
		service->events = xgrow(service->events, &service->event_capacity,
					service->event_count, 1, sizeof(*service->events));
		added = &service->events[service->event_count++];
		*added = (struct evidence_event){.event = event,
						 .generation = sqlite3_column_int64(row, 1)};
		(void)snprintf(added->day, sizeof(added->day), "%s", database_text(row, 2));
	}
}

static int read_events(const struct evidence *evidence, struct evidence_service *service)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(evidence->list->database, embedded_events, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, service->entity);
	(void)sqlite3_bind_int64(rows, 2, evidence->shown.id);
	while ((r = database_next(rows)) > 0)
		add_events(evidence, service, rows);
	return r;
}

static int read_service(const struct evidence *evidence, struct evidence_service *service)
{
	int r = service_read(evidence->list, service->entity, evidence->shown.id, SERVICE_WHOLE,
			     &service->then);

	if (r == 0)
		r = read_listed(evidence, service);
	if (r == 0 && service->then.count == 0)
		r = service_read(evidence->list, service->entity, evidence->newest.id,
				 SERVICE_BRIEF, &service->known);
	return r < 0 ? r : read_events(evidence, service);
}

/* A number that can't be a file's name is named by its checksum. */
static void name_file(struct evidence_service *service)
{
	char sum[CHECKSUM_TEXT_SIZE];

	if (strlen(service->number) <= 64 && pack_part_is_fit(service->number)) {
		(void)snprintf(service->file, sizeof(service->file), "%s", service->number);
		return;
	}
	checksum(service->number, strlen(service->number), sum);
	(void)snprintf(service->file, sizeof(service->file), "service-%.16s", sum);
}

static int refuse_ambiguous(const struct names *names, const char *text,
			    const struct folded_name *found, size_t count)
{
	_cleanup_buffer_ struct buffer numbers = {0};

	for (size_t i = 0; i < count && i < 10; i++)
		buffer_printf(&numbers, "%s%s", i > 0 ? ", " : "",
			      names->services[found[i].service].number);
	return log_error_errno(-EINVAL, "several services have the name '%.100s': write one of %s",
			       text, numbers.bytes);
}

/* Whether a statement can quote what somebody calls a number. */
static bool is_quotable(const char *text)
{
	_cleanup_free_ char *line = text_line(text);

	return text[0] != '\0' && strlen(text) <= NUMBER_SIZE_MAX && strcmp(text, line) == 0;
}

int evidence_add_service(struct evidence *evidence, const struct names *names, const char *text)
{
	const struct folded_name *found;
	size_t count = names_find(names, text, &found);
	struct evidence_service *service, added = {.entity = 0};

	if (count > 1)
		return refuse_ambiguous(names, text, found, count);
	if (count == 0 && !is_quotable(text))
		return log_error_errno(-EINVAL, "'%.100s' is no service's number", text);
	if (count == 1)
		added.entity = names->services[found->service].entity;
	else
		log_warning(
			"the store's list never had a service with the number '%s'; the pack says so",
			text);
	added.number = xstrdup(count == 1 ? names->services[found->service].number : text);
	for (size_t i = 0; i < evidence->service_count; i++) {
		if (strcmp(evidence->services[i].number, added.number) != 0)
			continue;
		free(added.number);
		return 0;
	}
	evidence->services = xgrow(evidence->services, &evidence->service_capacity,
				   evidence->service_count, 1, sizeof(*evidence->services));
	service = &evidence->services[evidence->service_count++];
	*service = added;
	name_file(service);
	return service->entity == 0 ? 0 : read_service(evidence, service);
}
