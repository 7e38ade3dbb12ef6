#include "sources/fedramp/documents/changelog.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "sources/fedramp/documents/members.h"
#include "util/json.h"
#include "util/buffer.h"
#include "util/memory.h"

/* What a row says, before rows of one service are put together. */
struct entry {
	char *id;
	char *provider, *name;
	const struct word *current;
	char *current_source;
	bool is_event; /* false: it says but what its service is now */
	struct fedramp_event event;
	int64_t at, recorded_at;
	size_t number;
};

struct entries {
	const struct fedramp_ids *known;
	struct entry *rows;
	size_t count, capacity;
};

static void event_release(struct fedramp_event *event)
{
	free(event->date);
	free(event->from_source);
	free(event->to_source);
	free(event->recorded_on);
	*event = (struct fedramp_event){0};
}

static void entry_release(struct entry *entry)
{
	free(entry->id);
	free(entry->provider);
	free(entry->name);
	free(entry->current_source);
	event_release(&entry->event);
	*entry = (struct entry){0};
}

static void entries_release(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		entry_release(&entries->rows[i]);
	free(entries->rows);
}

static struct entry *add_entry(struct entries *entries, size_t number)
{
	entries->rows =
		xgrow(entries->rows, &entries->capacity, entries->count, 1, sizeof(*entries->rows));
	entries->rows[entries->count] = (struct entry){.number = number};
	return &entries->rows[entries->count++];
}

static char *read_line(struct fedramp_changelog *changelog, const cJSON *value, size_t number)
{
	bool lost = false;
	char *text = fedramp_line(value, &lost);

	if (lost)
		fedramp_losses_add(&changelog->losses, value->string, NULL, number);
	return text;
}

static char *read_date(struct fedramp_changelog *changelog, const cJSON *value, size_t number)
{
	bool lost = false;
	char *date = fedramp_date(value, &lost);

	if (lost)
		fedramp_losses_add(&changelog->losses, value->string, NULL, number);
	return date;
}

/* *source may be NULL. */
static const struct word *read_word(struct fedramp_changelog *changelog, const cJSON *value,
				    enum fedramp_vocabulary vocabulary, size_t number,
				    char **source)
{
	_cleanup_free_ char *text = read_line(changelog, value, number);
	const struct word *word = text ? fedramp_word_find(vocabulary, text) : NULL;

	if (text && !word) {
		word = fedramp_unknown(vocabulary);
		fedramp_losses_add(&changelog->losses, value->string, text, number);
	} else if (word == fedramp_unknown(vocabulary) && vocabulary != FEDRAMP_STATUS) {
		word = NULL; /* that FedRAMP doesn't know a fact states none */
	}
	if (source)
		*source = steal_pointer(text);
	return word;
}

/* What has no day that can be read comes last: it may be the newest. */
static int64_t instant_of(const cJSON *value, const char *date)
{
	int64_t instant;

	if (cJSON_IsString(value) && fedramp_time_parse(value->valuestring, &instant) == 0)
		return instant;
	return date && fedramp_time_parse(date, &instant) == 0 ? instant : INT64_MAX;
}

static void read_status(struct fedramp_changelog *changelog, struct entries *entries,
			const char *id, const cJSON *row, size_t number)
{
	const cJSON *start = json_member(row, "start_date");
	struct entry *entry = add_entry(entries, number);

	entry->id = xstrdup(id);
	entry->is_event = true;
	entry->event.date = read_date(changelog, start, number);
	entry->event.to = read_word(changelog, json_member(row, "status_name"), FEDRAMP_STATUS,
				    number, &entry->event.to_source);
	entry->at = instant_of(start, entry->event.date);
	if (!entry->event.to) {
		fedramp_losses_add(&changelog->losses, "status_name", NULL, number);
		entry_release(entry);
		entries->count--;
	}
}

/* A list of objects; one alone is a list of one. What is neither is counted. */
static void read_statuses(struct fedramp_changelog *changelog, struct entries *entries,
			  const char *id, const cJSON *statuses, size_t number)
{
	const cJSON *row;

	if (!statuses || cJSON_IsNull(statuses))
		return;
	if (json_member(statuses, "status_name"))
		read_status(changelog, entries, id, statuses, number);
	else if (!cJSON_IsArray(statuses))
		fedramp_losses_add(&changelog->losses, "statuses", NULL, number);
	if (!cJSON_IsArray(statuses))
		return;
	cJSON_ArrayForEach(row, statuses)
	{
		if (cJSON_IsObject(row))
			read_status(changelog, entries, id, row, number);
		else
			fedramp_losses_add(&changelog->losses, "statuses", NULL, number);
	}
}

static void read_product(struct fedramp_changelog *changelog, struct entries *entries,
			 const char *id, const cJSON *product, size_t number)
{
	struct entry *entry;

	if (!cJSON_IsObject(product)) {
		fedramp_losses_add(&changelog->losses, "products", NULL, number);
		return;
	}
	entry = add_entry(entries, number);
	entry->id = xstrdup(id);
	entry->current = read_word(changelog, json_member(product, "current_status"),
				   FEDRAMP_STATUS, number, &entry->current_source);
	read_statuses(changelog, entries, id, json_member(product, "statuses"), number);
}

static void read_products(struct fedramp_changelog *changelog, struct entries *entries,
			  const cJSON *products)
{
	const cJSON *product;
	size_t number = 0;

	cJSON_ArrayForEach(product, products)
	{
		const cJSON name = {.type = cJSON_String, .valuestring = product->string};
		bool lost = false;
		_cleanup_free_ char *id =
			fedramp_ids_read(entries->known, &name, &lost, &changelog->rewritten);

		number++;
		if (!id)
			changelog->blank++;
		else if (fedramp_is_invented(id, NULL, NULL))
			changelog->invented++;
		else
			read_product(changelog, entries, id, product, number);
	}
}

/* An `auth_path` may hold either of the two that came after it. */
static void read_certification(struct fedramp_changelog *changelog, struct fedramp_event *event,
			       const cJSON *row, size_t number)
{
	const cJSON *former = json_member(row, "auth_path");
	bool is_type =
		cJSON_IsString(former) && fedramp_word_find(FEDRAMP_TYPE, former->valuestring);
	const cJSON *type = fedramp_member(row, is_type ? "cert_type auth_path" : "cert_type");
	const cJSON *path = fedramp_member(row, is_type ? "cert_path" : "cert_path auth_path");

	event->type = read_word(changelog, type, FEDRAMP_TYPE, number, NULL);
	event->path = read_word(changelog, path, FEDRAMP_PATH, number, NULL);
	event->class =
		read_word(changelog, json_member(row, "cert_class"), FEDRAMP_CLASS, number, NULL);
}

static void read_event(struct fedramp_changelog *changelog, struct entry *entry, const cJSON *row)
{
	const cJSON *date = json_member(row, "transition_date");
	const cJSON *recorded = json_member(row, "recorded_date");
	struct fedramp_event *event = &entry->event;
	const size_t number = entry->number;

	entry->is_event = true;
	event->date = read_date(changelog, date, number);
	event->recorded_on = read_date(changelog, recorded, number);
	event->from = read_word(changelog, json_member(row, "from_status"), FEDRAMP_STATUS, number,
				&event->from_source);
	event->to = read_word(changelog, json_member(row, "to_status"), FEDRAMP_STATUS, number,
			      &event->to_source);
	read_certification(changelog, event, row, number);
	entry->recorded_at = instant_of(recorded, event->recorded_on);
	entry->at = instant_of(date, event->date);
}

static void read_row(struct fedramp_changelog *changelog, struct entries *entries, const cJSON *row,
		     size_t number)
{
	struct entry *entry = add_entry(entries, number);
	bool lost = false;

	entry->id = fedramp_ids_read(entries->known, json_member(row, "product_id"), &lost,
				     &changelog->rewritten);
	entry->provider = read_line(changelog, json_member(row, "csp"), number);
	entry->name = read_line(changelog, json_member(row, "cso"), number);
	if (fedramp_is_invented(entry->id, entry->provider, NULL)) {
		changelog->invented++;
	} else if (entry->id) {
		read_event(changelog, entry, row);
		if (entry->event.to)
			return;
		fedramp_losses_add(&changelog->losses, "to_status", NULL, number);
	} else if (lost || !cJSON_IsObject(row)) {
		fedramp_losses_add(&changelog->losses, "product_id", NULL, number);
	} else {
		changelog->blank++;
	}
	entry_release(entry);
	entries->count--;
}

static int compare(int64_t left, int64_t right)
{
	return (left > right) - (left < right);
}

static int by_service_and_time(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	if (order == 0)
		order = a->is_event - b->is_event;
	if (order == 0)
		order = compare(a->at, b->at);
	if (order == 0)
		order = compare(a->recorded_at, b->recorded_at);
	return order != 0 ? order : compare((int64_t)a->number, (int64_t)b->number);
}

static bool is_same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

/* In our words: FedRAMP rewrote those of old rows. */
static bool is_same_event(const struct fedramp_event *left, const struct fedramp_event *right)
{
	return left->from == right->from && left->to == right->to && left->type == right->type &&
	       left->path == right->path && left->class == right->class &&
	       is_same_text(left->date, right->date) &&
	       is_same_text(left->recorded_on, right->recorded_on);
}

static struct fedramp_history *add_history(struct fedramp_changelog *changelog, struct entry *entry)
{
	struct fedramp_history *history = &changelog->histories[changelog->count++];

	*history = (struct fedramp_history){.events = &changelog->events[changelog->event_count]};
	history->id = steal_pointer(entry->id);
	return history;
}

static void replace(char **text, char **with)
{
	if (!*with)
		return;
	free(*text);
	*text = steal_pointer(*with);
}

static int add_to_history(struct fedramp_changelog *changelog, struct fedramp_history *history,
			  struct entry *entry)
{
	/* The newest row's. */
	replace(&history->provider, &entry->provider);
	replace(&history->name, &entry->name);
	if (!entry->is_event) {
		if (history->current || history->current_source)
			return fedramp_refuse(&changelog->refusal,
					      _("it states twice what the service '%.60s' is now"),
					      history->id);
		history->current = entry->current;
		history->current_source = steal_pointer(entry->current_source);
		return 0;
	}
	if (history->count > 0 &&
	    is_same_event(&history->events[history->count - 1], &entry->event))
		return 0;
	changelog->events[changelog->event_count++] = entry->event;
	entry->event = (struct fedramp_event){0};
	history->count++;
	return 0;
}

/* Puts the rows of each service together, in their order. */
static int make_histories(struct fedramp_changelog *changelog, struct entries *entries)
{
	struct fedramp_history *history = NULL;

	if (entries->count == 0)
		return fedramp_refuse(&changelog->refusal, _("it is a changelog without an event"));
	qsort(entries->rows, entries->count, sizeof(*entries->rows), by_service_and_time);
	changelog->histories = xmalloc(entries->count * sizeof(*changelog->histories));
	changelog->events = xmalloc(entries->count * sizeof(*changelog->events));
	for (size_t i = 0; i < entries->count; i++) {
		int r;

		if (!history || strcmp(history->id, entries->rows[i].id) != 0)
			history = add_history(changelog, &entries->rows[i]);
		r = add_to_history(changelog, history, &entries->rows[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_time(struct fedramp_changelog *changelog, const cJSON *root)
{
	const char *exported = json_text(json_member(root, "metadata"), "export_timestamp");

	if (exported[0] == '\0')
		return 0;
	if (fedramp_time_parse(exported, &changelog->exported_at) < 0)
		return fedramp_refuse(&changelog->refusal,
				      _("metadata.export_timestamp is not a time: '%.40s'"),
				      exported);
	changelog->states_time = true;
	return 0;
}

int fedramp_changelog_read(const cJSON *root, const struct fedramp_ids *known,
			   struct fedramp_changelog *changelog)
{
	__attribute__((cleanup(entries_release))) struct entries entries = {.known = known};
	const cJSON *rows = json_member(json_member(root, "data"), "certprocessstatuschangelog");
	const cJSON *row;
	size_t number = 0;
	int r;

	*changelog = (struct fedramp_changelog){0};
	if (fedramp_document_of(root) != FEDRAMP_CHANGELOG)
		return fedramp_refuse(&changelog->refusal,
				      _("it is not FedRAMP's status changelog"));
	r = read_time(changelog, root);
	if (r < 0)
		return r;
	if (!rows)
		read_products(changelog, &entries, json_member(root, "products"));
	cJSON_ArrayForEach(row, rows)
	{
		if (json_member(row, "csp") || json_member(row, "cso"))
			changelog->layout = 2;
		read_row(changelog, &entries, row, number++);
	}
	if (changelog->layout == 0)
		changelog->layout = rows ? 3 : 1;
	return make_histories(changelog, &entries);
}

static int by_key(const void *id, const void *history)
{
	return strcmp(id, ((const struct fedramp_history *)history)->id);
}

const struct fedramp_history *fedramp_changelog_find(const struct fedramp_changelog *changelog,
						     const char *id)
{
	if (changelog->count == 0)
		return NULL;
	return bsearch(id, changelog->histories, changelog->count, sizeof(*changelog->histories),
		       by_key);
}

static const char *word_text(const struct word *word)
{
	return word ? word->word : "";
}

char *fedramp_history_rows(const struct fedramp_history *history)
{
	struct buffer rows = {0};

	for (size_t i = 0; i < history->count; i++) {
		const struct fedramp_event *event = &history->events[i];

		buffer_printf(&rows, "%s%s\t%s\t%s\t%s\t%s\t%s\t%s", i > 0 ? "\n" : "",
			      event->date ? event->date : "", word_text(event->from),
			      word_text(event->to), word_text(event->type), word_text(event->path),
			      word_text(event->class),
			      event->recorded_on ? event->recorded_on : "");
	}
	return rows.bytes;
}

void fedramp_changelog_release(struct fedramp_changelog *changelog)
{
	for (size_t i = 0; i < changelog->count; i++) {
		struct fedramp_history *history = &changelog->histories[i];

		free(history->id);
		free(history->provider);
		free(history->name);
		free(history->current_source);
	}
	for (size_t i = 0; i < changelog->event_count; i++)
		event_release(&changelog->events[i]);
	free(changelog->histories);
	free(changelog->events);
	fedramp_losses_release(&changelog->losses);
	*changelog = (struct fedramp_changelog){0};
}
