#include "pull/calendar.h"

#include <errno.h>

#include "store/reader.h"
#include "common/log.h"
#include "pull/past_date.h"
#include "store.h"
#include "common/embed.h"
#include "util/memory.h"

EMBED(calendar, "pull/calendar.sql");

/* When a day begins, but not before the newest generation. */
static int begin_of(sqlite3 *database, const char *zone, const char *day, int64_t *instant)
{
	int64_t newest;
	int r = database_number(database, "SELECT max(published_at) FROM generation", &newest);

	/* Of days that no instant is on, the past ones are due here. */
	if (r == 0 && (timestamp_parse(day, zone, instant) < 0 || *instant < newest))
		*instant = newest;
	return r;
}

/* The "publication" of the first day in the table due. */
static int read_day(struct staging *staging, struct publication *publication)
{
	struct document *list = publication_document(publication, DOCUMENT_LIST);
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const struct registry *registry;
	const struct reader *reader;
	int r = past_date_rule(staging->database, &registry, &reader);

	if (r < 0 || !registry)
		return r < 0 ? r : -EIO;
	publication_describe(publication, registry, reader);
	r = database_execute(staging->database, embedded_calendar);
	if (r == 0)
		r = database_prepare(staging->database,
				     "SELECT (SELECT min(day) FROM due), complete FROM generation"
				     " ORDER BY id DESC LIMIT 1",
				     &row);
	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	publication->complete = sqlite3_column_int(row, 1) != 0;
	list->states_time = true;
	return begin_of(staging->database, registry->time_zone, database_text(row, 0),
			&list->published_at);
}

static const struct reader calendar = {.read = read_day};

/* The generation of the first day in due; it rests on the publication that the newest one rests on.
 */
static int add_day(struct updater *updater, const struct clock_reading *clock)
{
	_cleanup_document_set_ struct document_set documents = {0};
	_cleanup_free_ char *source = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct reason reason = {.about = "calendar"};
	struct update_request request = {
		.reader = &calendar,
		.same_documents = true,
		.clock = *clock,
		.accept_loss = true,
		.reason = &reason,
	};
	struct update_result result;
	struct document *list;
	int r = database_prepare(
		updater->copy.database,
		"SELECT source, location, sha256 FROM generation g"
		" JOIN source_document d ON d.generation = g.id AND d.role = 'list'"
		" WHERE source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1",
		&row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	request.source_name = source = xstrdup(database_text(row, 0));
	list = document_set_add(&documents, database_text(row, 1));
	list->role = DOCUMENT_LIST;
	(void)snprintf(list->sha256, sizeof(list->sha256), "%s", database_text(row, 2));
	request.documents = documents.rows;
	request.document_count = documents.count;
	(void)sqlite3_reset(row);
	r = updater_add(updater, &request, &result);
	reason_say(&reason);
	if (r < 0)
		return r;
	return database_execute(updater->copy.database,
				"DELETE FROM due WHERE day = (SELECT min(day) FROM due)");
}

/* A generation for each day in due. */
static int add_days(struct updater *updater, const struct clock_reading *clock)
{
	for (;;) {
		int64_t left;
		int r = database_number(updater->copy.database, "SELECT count(*) FROM due", &left);

		if (r == 0 && left > 0)
			r = add_day(updater, clock);
		if (r < 0 || left == 0)
			return r;
	}
}

int calendar_add(struct updater *updater, const struct update_request *request,
		 struct update_result *result)
{
	int r = updater_add(updater, request, result);

	if (r < 0 || result->due == 0)
		return r;
	r = add_days(updater, &request->clock);
	return r < 0 ? r : updater_add(updater, request, result);
}

/* How many services are due in the store as it is. */
static int count_due(const struct store_directory *store, int64_t now, int64_t *services)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store_reader_open_current(store, &database);

	return r < 0 ? r : past_date_find(database, now, services);
}

int calendar_run(struct store_directory *store, const struct clock_reading *clock,
		 int64_t *services)
{
	_cleanup_updater_ struct updater updater = {.first = 0};
	bool was_spoken_of = store_directory_is_spoken_of(store);
	int r = 0;

	*services = 0;
	if (store->current[0] != '\0')
		r = count_due(store, clock->now, services);
	if (r < 0 || *services == 0)
		return r;
	r = updater_open(&updater, store);
	if (r == 0)
		r = past_date_find(updater.copy.database, clock->now, services);
	if (r == 0)
		r = add_days(&updater, clock);
	if (r == 0)
		r = updater_make_current(&updater);
	/* A list that follows from the same documents was checked with them. */
	if (r == 0 && was_spoken_of)
		updater_note(&updater, store);
	return r;
}
