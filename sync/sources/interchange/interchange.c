/* Our own format, for any registry: the document's frame. ismap-interchange(5) describes it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "util/json.h"
#include "sources/source.h"
#include "common/log.h"
#include "util/text/text.h"
#include "common/timestamp.h"

#define FORMAT_NAME "ismapfs-interchange"
#define FORMAT_VERSION 1

static int check_frame(struct publication *publication, const cJSON *root)
{
	static const char *const members[] = {
		"format", "version",  "registry",  "published", "publishes_every", "complete",
		"about",  "editions", "baselines", "providers", "services",	   NULL};
	static const char *const arrays[] = {"about", "editions", "baselines", "providers"};
	const cJSON *version = json_member(root, "version"), *member;

	if (strcmp(json_text(root, "format"), FORMAT_NAME) != 0)
		return publication_refuse(publication, "it is not in the format " FORMAT_NAME);
	if (!cJSON_IsNumber(version) || version->valueint != FORMAT_VERSION)
		return publication_refuse(publication,
					  "its version is not %d, the one this program reads",
					  FORMAT_VERSION);
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		member = json_member(root, arrays[i]);
		if (member && !cJSON_IsArray(member) && !cJSON_IsNull(member))
			return publication_refuse(publication, "'%s' is not an array", arrays[i]);
	}
	return json_refuse_unknown(publication->reason, root, "the publication", members);
}

static int copy_text(struct publication *publication, const cJSON *registry, const char *name,
		     char *text, size_t size)
{
	const char *value = json_text(registry, name);
	_cleanup_free_ char *line = text_trim(value);

	if (line[0] == '\0' || strlen(line) >= size)
		return publication_refuse(publication,
					  "registry.%s is missing or longer than %zu bytes", name,
					  size - 1);
	memcpy(text, line, strlen(line) + 1);
	return 0;
}

static int read_registry(struct publication *publication, const cJSON *registry)
{
	static const char *const members[] = {"name",	   "title",    "title_en",
					      "time_zone", "language", NULL};
	int64_t offset;
	int r = json_refuse_unknown(publication->reason, registry, "registry", members);

	if (r == 0)
		r = copy_text(publication, registry, "name", publication->registry,
			      sizeof(publication->registry));
	if (r == 0)
		r = copy_text(publication, registry, "title", publication->title,
			      sizeof(publication->title));
	if (r == 0 && json_member(registry, "title_en"))
		r = copy_text(publication, registry, "title_en", publication->title_en,
			      sizeof(publication->title_en));
	if (r == 0)
		r = copy_text(publication, registry, "time_zone", publication->time_zone,
			      sizeof(publication->time_zone));
	if (r == 0)
		r = copy_text(publication, registry, "language", publication->language,
			      sizeof(publication->language));
	if (r < 0)
		return r;
	if (strspn(publication->registry, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
	    strlen(publication->registry))
		return publication_refuse(publication,
					  "registry.name is not made of a-z, 0-9 and '-'");
	if (zone_offset(publication->time_zone, 0, &offset) < 0)
		return publication_refuse(
			publication,
			"registry.time_zone is none of UTC, +HH:MM, -HH:MM, Asia/Tokyo, America/New_York: '%s'",
			publication->time_zone);
	return 0;
}

static int read_about(struct publication *publication, const cJSON *about)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, about)
	{
		_cleanup_free_ char *line =
			text_line(cJSON_IsString(item) ? item->valuestring : "");

		buffer_printf(&publication->about, "%s\n", line);
	}
	return 0;
}

/* The letters of an ISO 8601 duration in their order, and the most that each may stand for. */
static const struct {
	char letter;
	bool of_day; /* behind the T */
	int64_t milliseconds;
} units[] = {
	{'Y', false, 366 * MILLISECONDS_PER_DAY},
	{'M', false, 31 * MILLISECONDS_PER_DAY},
	{'W', false, 7 * MILLISECONDS_PER_DAY},
	{'D', false, MILLISECONDS_PER_DAY},
	{'H', true, MILLISECONDS_PER_HOUR},
	{'M', true, 60000},
	{'S', true, 1000},
};

/* Whole numbers only, of at most four digits. Returns 0 or -EINVAL. */
static int parse_period(const char *text, int64_t *milliseconds)
{
	bool of_day = false;
	size_t unit = 0;

	*milliseconds = 0;
	if (*text++ != 'P')
		return -EINVAL;
	while (*text != '\0') {
		size_t digits;

		if (*text == 'T' && !of_day) {
			of_day = true;
			text++;
		}
		digits = strspn(text, "0123456789");
		while (unit < sizeof(units) / sizeof(units[0]) &&
		       (units[unit].of_day != of_day || units[unit].letter != text[digits]))
			unit++;
		if (digits == 0 || digits > 4 || unit == sizeof(units) / sizeof(units[0]))
			return -EINVAL;
		*milliseconds += strtol(text, NULL, 10) * units[unit++].milliseconds;
		text += digits + 1;
	}
	return *milliseconds > 0 ? 0 : -EINVAL;
}

/* A publication may be late by as much again before its publisher seems to have stopped. */
static int read_period(struct publication *publication, const cJSON *period)
{
	const char *text = cJSON_IsString(period) ? period->valuestring : "";

	if (!period || cJSON_IsNull(period))
		return 0;
	if (parse_period(text, &publication->limit) < 0)
		return publication_refuse(
			publication,
			"'publishes_every' is not a duration such as P7D or PT6H: '%.40s'", text);
	publication->limit *= 2;
	return 0;
}

static int read_header(struct staging *staging, struct publication *publication, const cJSON *root)
{
	struct document *list = publication_document(publication, DOCUMENT_LIST);
	const char *published = json_text(root, "published");
	const cJSON *complete = json_member(root, "complete");
	int64_t before = 0;
	int r = check_frame(publication, root);

	if (r == 0)
		r = read_registry(publication, json_member(root, "registry"));
	if (r == 0)
		r = read_about(publication, json_member(root, "about"));
	if (r == 0)
		r = read_period(publication, json_member(root, "publishes_every"));
	if (r < 0)
		return r;
	if (complete && !cJSON_IsBool(complete) && !cJSON_IsNull(complete))
		return publication_refuse(publication, "'complete' is neither true nor false");
	publication->complete = cJSON_IsTrue(complete);
	if (published[0] == '\0')
		return 0;
	r = database_number(staging->database, "SELECT max(published_at) FROM generation", &before);
	if (r < 0)
		return r;
	if (timestamp_parse_after(published, publication->time_zone, before, &list->published_at) <
	    0)
		return publication_refuse(publication, "'published' is not a time: '%.40s'",
					  published);
	list->states_time = true;
	return 0;
}

static int read_interchange(struct staging *staging, struct publication *publication)
{
	_cleanup_json_ cJSON *root = NULL;
	struct document *list = publication_document(publication, DOCUMENT_LIST);
	int r = document_parse(list, publication->reason, &root);

	if (r == 0)
		r = json_refuse_repeated_within(publication->reason, root);
	if (r == 0)
		r = read_header(staging, publication, root);
	if (r == 0)
		r = interchange_stage_catalogue(staging, publication, root);
	return r < 0 ? r : interchange_stage_services(staging, publication, root);
}

static int read_catalogue(struct staging *staging, struct publication *publication)
{
	_cleanup_json_ cJSON *root = NULL;
	const struct document *list = publication_document(publication, DOCUMENT_LIST);
	int r = json_parse(list->bytes, list->length, publication->reason, &root);

	if (r == 0)
		r = json_refuse_repeated_within(publication->reason, root);
	if (r == 0)
		r = check_frame(publication, root);
	return r < 0 ? r : interchange_stage_catalogue(staging, publication, root);
}

/* To put files in order. */
static int parse_time(const char *text, int64_t *instant)
{
	return timestamp_parse(text, "UTC", instant);
}

static const char *recognise(struct document *document)
{
	return document_recognise_by_text(document, "\"" FORMAT_NAME "\"", "interchange");
}

static const char *const shapes[] = {"interchange", NULL};

static const struct record_place records[] = {
	{.path = "services[]", .number = "number"},
	{.path = NULL},
};

static const struct document_kind documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = shapes,
		.recognise = recognise,
		.time_member = "\"published\"",
		.parse_time = parse_time,
		.records = records,
	},
	{0},
};

const struct reader reader_interchange = {
	.name = "interchange",
	.documents = documents,
	.former_shape = "interchange",
	.read = read_interchange,
	.read_catalogue = read_catalogue,
};
