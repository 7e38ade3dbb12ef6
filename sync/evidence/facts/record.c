#include "evidence/facts/record.h"

#include <string.h>

#include "common/embed.h"

EMBED(values, "evidence/facts/values.sql");
EMBED(links, "evidence/facts/links.sql");
EMBED(listings, "evidence/facts/listings.sql");

struct record {
	const struct evidence *evidence;
	struct buffer *json;
	sqlite3_stmt *generation; /* of a number: its time and its day */
};

static void put_name(struct buffer *json, const char *indent, const char *name)
{
	buffer_printf(json, "%s\"%s\": ", indent, name);
}

static void put_text(struct buffer *json, const char *name, const char *text)
{
	buffer_printf(json, ", \"%s\": ", name);
	buffer_json_string(json, text);
}

static void put_instant(struct buffer *json, const char *name, int64_t instant)
{
	char text[TIMESTAMP_TEXT_SIZE];

	timestamp_format(instant, text);
	buffer_printf(json, ", \"%s\": \"%s\"", name, text);
}

static void put_generation(struct buffer *json, const struct evidence_generation *generation)
{
	buffer_printf(json, "{\"generation\": %lld", (long long)generation->id);
	put_instant(json, "published", generation->published_at);
	put_text(json, "published_basis", generation->basis);
	put_text(json, "day", generation->day);
	put_instant(json, "read", generation->fetched_at);
	put_text(json, "reader", generation->source);
	buffer_printf(json, ", \"complete\": %s, \"services\": %lld",
		      generation->complete ? "true" : "false", (long long)generation->services);
	put_text(json, "chain", generation->chain);
	buffer_text(json, "}");
}

static void put_list(struct buffer *json, const struct evidence *evidence)
{
	const struct list *list = evidence->list;

	put_name(json, " ", "list");
	buffer_text(json, "{\"registry\": ");
	buffer_json_string(json, list->registry);
	put_text(json, "title", list->title);
	put_text(json, "title_en", list->title_en);
	put_text(json, "time_zone", list->zone);
	put_text(json, "language", list->language);
	put_text(json, "store", evidence->uuid);
	put_text(json, "begins", list->begin);
	buffer_text(json, ", \"origin\": ");
	if (evidence->origin)
		buffer_json_string(json, evidence->origin);
	else
		buffer_text(json, "null");
	buffer_text(json, "},\n");
}

/* What was found out before the day ended, and after. */
static void put_day(struct buffer *json, const struct evidence *evidence)
{
	const struct known_day *day = &evidence->day;
	char text[DAY_TEXT_SIZE];

	day_format(day->day, text);
	put_name(json, " ", "day");
	buffer_printf(json, "{\"day\": \"%s\"", text);
	put_instant(json, "from", evidence->begins);
	put_instant(json, "to", evidence->ends);
	put_text(json, "basis", day_basis_word(day->basis));
	put_instant(json, "known_from", evidence->shown.published_at);
	put_instant(json, "known_until", day->held_until);
	buffer_printf(json, ", \"known_beyond_the_day\": %s, \"lists\": %lld},\n",
		      day->held_until >= evidence->ends ? "true" : "false",
		      (long long)(day->basis == DAY_PUBLISHED ? evidence->lists_that_day : 0));
	put_name(json, " ", "list_of_the_day");
	put_generation(json, &evidence->shown);
	buffer_text(json, ",\n");
	put_name(json, " ", "next_list");
	if (evidence->next > 0)
		buffer_printf(json, "{\"generation\": %lld, \"day\": \"%s\"},\n",
			      (long long)evidence->next, evidence->next_day);
	else
		buffer_text(json, "null,\n");
	put_name(json, " ", "newest_list");
	put_generation(json, &evidence->newest);
	buffer_text(json, ",\n");
}

static void put_kept(struct buffer *json, const struct kept_document *kept)
{
	put_instant(json, "fetched", kept->fetched_at);
	buffer_printf(json, ", \"clock_vouched_for\": %s", kept->witnessed ? "true" : "false");
	buffer_printf(json, ", \"size\": %zu", kept->size);
	if (kept->status > 0)
		buffer_printf(json, ", \"http_status\": %lld", (long long)kept->status);
	if (kept->date > 0)
		put_instant(json, "http_date", kept->date);
	if (kept->last_modified[0] != '\0')
		put_text(json, "last_modified", kept->last_modified);
	if (kept->etag[0] != '\0')
		put_text(json, "etag", kept->etag);
}

/* Members that a cut record lacks. */
static void put_left_out(struct buffer *json, const struct record_place *place)
{
	const char *separator = "";

	buffer_text(json, ", \"left_out\": [");
	for (size_t i = 0; i < RECORD_PERSONAL_MAX && place->personal[i]; i++) {
		buffer_text(json, separator);
		buffer_json_string(json, place->personal[i]);
		separator = ", ";
	}
	if (place->fields)
		buffer_printf(json, "%s\"fields without a name\"", separator);
	buffer_text(json, "]");
}

static void put_documents(struct buffer *json, const struct evidence *evidence)
{
	put_name(json, " ", "documents");
	buffer_text(json, "[");
	for (size_t i = 0; i < evidence->document_count; i++) {
		const struct evidence_document *document = &evidence->documents[i];

		buffer_printf(json, "%s\n  {\"role\": ", i > 0 ? "," : "");
		buffer_json_string(json, document->role);
		put_text(json, "shape", document->shape);
		put_text(json, "location", document->location);
		put_text(json, "sha256", document->sha256);
		if (document->published_at > 0)
			put_instant(json, "published", document->published_at);
		buffer_printf(json, ", \"kept\": %s", document->kept ? "true" : "false");
		if (document->kept)
			put_kept(json, document->kept);
		if (document->place)
			put_left_out(json, document->place);
		buffer_text(json, "}");
	}
	buffer_text(json, "\n ],\n");
}

/* A generation by its number, with its time and its day; null for none. */
static int put_since(const struct record *record, const char *name, sqlite3_stmt *row, int column)
{
	int64_t id = sqlite3_column_int64(row, column);
	int r;

	if (sqlite3_column_type(row, column) == SQLITE_NULL) {
		buffer_printf(record->json, ", \"%s\": null", name);
		return 0;
	}
	(void)sqlite3_bind_int64(record->generation, 1, id);
	r = database_next(record->generation);
	if (r > 0) {
		buffer_printf(record->json, ", \"%s\": {\"generation\": %lld", name, (long long)id);
		put_instant(record->json, "published", sqlite3_column_int64(record->generation, 0));
		put_text(record->json, "day", database_text(record->generation, 1));
		buffer_text(record->json, "}");
	}
	(void)sqlite3_reset(record->generation);
	return r < 0 ? r : 0;
}

/* An array of a query's rows about a service: texts by these names, since, until, whether on the
 * day. */
static int put_rows(const struct record *record, const struct evidence_service *service,
		    const char *name, const char *sql, const char *const *names)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	const char *separator = "\n    {\"";
	int r = database_prepare(record->evidence->list->database, sql, &rows), column;

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, service->entity);
	(void)sqlite3_bind_int64(rows, 2, record->evidence->shown.id);
	buffer_printf(record->json, ",\n   \"%s\": [", name);
	while ((r = database_next(rows)) > 0) {
		for (column = 0; names[column]; column++) {
			buffer_printf(record->json, "%s%s\": ", column > 0 ? ", \"" : separator,
				      names[column]);
			buffer_json_string(record->json, database_text(rows, column));
		}
		r = put_since(record, "since", rows, column);
		if (r == 0)
			r = put_since(record, "until", rows, column + 1);
		if (r < 0)
			return r;
		buffer_printf(record->json, ", \"on_the_day\": %s}",
			      sqlite3_column_int(rows, column + 2) ? "true" : "false");
		separator = ",\n    {\"";
	}
	buffer_text(record->json, "]");
	return r;
}

static void put_events(struct buffer *json, const struct evidence_service *service)
{
	buffer_text(json, ",\n   \"said_later\": [");
	for (size_t i = 0; i < service->event_count; i++) {
		const struct evidence_event *event = &service->events[i];

		buffer_printf(json, "%s\n    {\"date\": ", i > 0 ? "," : "");
		buffer_json_string(json, event->event.date);
		put_text(json, "from", event->event.from);
		put_text(json, "to", event->event.to);
		put_text(json, "recorded", event->event.recorded);
		buffer_printf(json, ", \"first_seen\": {\"generation\": %lld, \"day\": \"%s\"}}",
			      (long long)event->generation, event->day);
	}
	buffer_text(json, "]");
}

static int put_service(const struct record *record, const struct evidence_service *service)
{
	static const char *const value_names[] = {"field", "type", "text", NULL};
	static const char *const link_names[] = {"relation", "name", "to", NULL};
	static const char *const listing_names[] = {"in", NULL};
	int r;

	buffer_text(record->json, "  {\"number\": ");
	buffer_json_string(record->json, service->number);
	buffer_printf(record->json, ", \"listed\": %s, \"ever_listed\": %s, \"record\": ",
		      service->listed ? "true" : "false", service->entity > 0 ? "true" : "false");
	if (service->record)
		buffer_json_string(record->json, service->record);
	else
		buffer_text(record->json, "null");
	r = put_rows(record, service, "listings", embedded_listings, listing_names);
	if (r == 0)
		r = put_rows(record, service, "values", embedded_values, value_names);
	if (r == 0)
		r = put_rows(record, service, "links", embedded_links, link_names);
	if (r < 0)
		return r;
	put_events(record->json, service);
	buffer_text(record->json, "}");
	return 0;
}

static int put_services(struct record *record)
{
	const struct evidence *evidence = record->evidence;
	int r = database_prepare(evidence->list->database,
				 "SELECT published_at, day FROM generation WHERE id = ?1",
				 &record->generation);

	put_name(record->json, " ", "services");
	buffer_text(record->json, "[\n");
	for (size_t i = 0; r == 0 && i < evidence->service_count; i++) {
		buffer_text(record->json, i > 0 ? ",\n" : "");
		r = put_service(record, &evidence->services[i]);
	}
	(void)sqlite3_finalize(record->generation);
	buffer_text(record->json, "\n ],\n");
	return r;
}

static void put_proofs(struct buffer *json, const struct evidence *evidence)
{
	const struct evidence_stamp *stamp = &evidence->stamp;

	put_name(json, " ", "chain");
	buffer_printf(json, "{\"first\": %lld, \"last\": %lld, \"heads\": %zu, \"forked\": %s},\n",
		      (long long)evidence->shown.id, (long long)evidence->newest.id,
		      evidence->heads, evidence->forked || evidence->refused ? "true" : "false");
	put_name(json, " ", "stamp");
	if (stamp->generation > 0) {
		buffer_printf(json, "{\"generation\": %lld", (long long)stamp->generation);
		put_instant(json, "time", stamp->time);
		put_text(json, "authority", stamp->authority);
		buffer_text(json, "},\n");
	} else {
		buffer_text(json, "null,\n");
	}
}

int record_print(const struct evidence *evidence, struct buffer *json)
{
	struct record record = {.evidence = evidence, .json = json};
	int r;

	buffer_text(json, "{\"format\": \"" RECORD_FORMAT "\", \"version\": 1,\n");
	put_list(json, evidence);
	put_day(json, evidence);
	put_documents(json, evidence);
	r = put_services(&record);
	put_proofs(json, evidence);
	put_name(json, " ", "signer");
	buffer_json_string(json, evidence->signer);
	buffer_text(json, ",\n \"signer_calls_themselves\": ");
	if (evidence->by)
		buffer_json_string(json, evidence->by);
	else
		buffer_text(json, "null");
	buffer_text(json, "}\n");
	return r;
}
