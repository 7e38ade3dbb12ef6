/*
 * tables/report.html: the list as one page for people, whole in itself: no
 * script, font or picture comes from elsewhere.
 *
 * The page is page/page.html with its gaps filled: the style sheet, the scripts
 * and, once, the data as JSON, from which the scripts make all that is seen. What
 * a publication states gets in through buffer_html and buffer_script_json alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <openssl/evp.h>

#include "render/render.h"
#include "common/embed.h"
#include "common/log.h"
#include "render/feed/words.h"
#include "render/report/strings.h"
#include "render/since/since.h"
#include "state.h"
#include "util/memory.h"

EMBED(list, "render/report/list.sql");
EMBED(statuses, "render/report/statuses.sql");
EMBED(fields, "render/report/fields.sql");
EMBED(services, "render/report/services.sql");
EMBED(generations, "render/report/generations.sql");
EMBED(page, "render/report/page/page.html");
EMBED(style, "render/report/page/page.css");
EMBED(dom, "render/report/page/dom.js");
EMBED(words, "render/report/page/words.js");
EMBED(data, "render/report/page/data.js");
EMBED(charts, "render/report/charts/charts.js");
EMBED(service, "render/report/page/service.js");
EMBED(check, "render/report/page/check.js");
EMBED(sections, "render/report/page/sections.js");
EMBED(table, "render/report/page/table.js");
EMBED(calendar, "render/report/page/calendar.js");
EMBED(main, "render/report/page/main.js");

/* In the order in which one needs the other. */
static const char *const scripts[] = {
	embedded_words,	  embedded_data,  embedded_dom,	     embedded_charts, embedded_calendar,
	embedded_service, embedded_check, embedded_sections, embedded_table,  embedded_main,
};

/* The page's gaps. */
enum slot {
	SLOT_STYLE,
	SLOT_STYLE_HASH,
	SLOT_SCRIPT,
	SLOT_SCRIPT_HASH,
	SLOT_LANGUAGE,
	SLOT_TITLE,
	SLOT_DAY,
	SLOT_DATA,
	SLOT_COUNT,
};

static const char *const slot_names[SLOT_COUNT] = {
	"style", "style_hash", "script", "script_hash", "language", "title", "day", "data",
};

/* Characters of a longer text; more than any real description has. Where there are many services,
 * the page would be too large with all of it, and says where the whole is. */
#define TEXT_MAX 20000
#define TEXT_MAX_OF_MANY 600
#define MANY_SERVICES 2000

/* Columns of a service's row behind its JSON: enum of services.sql. */
enum service_column {
	SERVICE_JSON,
	SERVICE_ENTITY,
	SERVICE_STATUS,
	SERVICE_IN_FORCE,
	SERVICE_EVENTS,
	SERVICE_REGISTERED,
	SERVICE_LEFT,
	SERVICE_LEFT_BASIS,
	SERVICE_NAME,
	SERVICE_PROVIDER,
};

struct report {
	sqlite3 *database;
	int64_t generation; /* the newest */
	int64_t limit;	    /* how old the list may be to be relied on, ms; 0: nobody knows */
	struct buffer slots[SLOT_COUNT];
	char first_day[sizeof("YYYY-MM-DD")]; /* of the oldest state that is kept */
	char registry[64];		      /* its short name, cut off where it is longer */
	int64_t services;
	bool bundled; /* the list came with the program */
};

static void report_release(struct report *report)
{
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		buffer_release(&report->slots[slot]);
}

/* The hash of a style sheet or a script, as a Content-Security-Policy names it: then no other runs,
 * whatever should have got into the page. */
static void set_hash(struct report *report, enum slot of, enum slot hash)
{
	const struct buffer *text = &report->slots[of];
	unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (EVP_Digest(text->bytes, text->length, digest, &length, EVP_sha256(), NULL) != 1)
		out_of_memory();
	(void)EVP_EncodeBlock(base64, digest, (int)length);
	buffer_printf(&report->slots[hash], "sha256-%s", (const char *)base64);
}

static int put_list(struct report *report)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct buffer *slots = report->slots;
	int r = database_prepare(report->database, embedded_list, &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	buffer_text(&slots[SLOT_DATA], "{\"list\":");
	buffer_script_json(&slots[SLOT_DATA], database_text(row, 0));
	buffer_html(&slots[SLOT_TITLE], database_text(row, 1));
	buffer_text(&slots[SLOT_LANGUAGE],
		    strncmp(database_text(row, 2), "ja", 2) == 0 ? "ja" : "en");
	buffer_html(&slots[SLOT_DAY], database_text(row, 3));
	report->services = sqlite3_column_int64(row, 4);
	(void)snprintf(report->registry, sizeof(report->registry), "%s", database_text(row, 5));
	(void)snprintf(report->first_day, sizeof(report->first_day), "%s", database_text(row, 6));
	report->bundled = strcmp(database_text(row, 7), SOURCE_BUNDLED) == 0;
	return 0;
}

/* The sentence that a bundled list is only a sample, in both languages. */
static void put_sample(const struct report *report, const struct registry *registry,
		       struct buffer *data)
{
	if (!report->bundled || !registry || !registry->sample)
		return;
	buffer_text(data, ",\n\"sample\":{\"en\":");
	buffer_json_string(data, registry->sample);
	buffer_text(data, ",\"ja\":");
	buffer_json_string(data, registry->sample_ja);
	buffer_text(data, "}");
}

/* Words for which the registry has none of its own are those of all. */
static void put_words(struct buffer *data, const struct word *words,
		      const struct registry *registry)
{
	for (const struct word *word = words; word && word->word; word++) {
		const char *const texts[] = {word->word, word->in_force, word->today, word->meaning,
					     word->japanese};

		if (registry_find_status(registry, word->word) != word)
			continue;
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			buffer_text(data, i == 0 ? "\n[" : ",");
			buffer_json_string(data, texts[i] ? texts[i] : "");
		}
		buffer_text(data, "],");
	}
}

/* The rows of a query as members of an array, each on a line. */
static int put_rows(struct report *report, const char *sql)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	struct buffer *data = &report->slots[SLOT_DATA];
	const char *separator = "\n";
	int r = database_prepare(report->database, sql, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(rows, 1, report->first_day, -1, SQLITE_STATIC);
	while ((r = database_next(rows)) > 0) {
		buffer_text(data, separator);
		buffer_script_json(data, database_text(rows, 0));
		separator = ",\n";
	}
	return r;
}

/* Name and provider as a calendar has them, where it shortens one. */
static void put_short(struct buffer *json, const struct feed_list *list, sqlite3_stmt *row)
{
	_cleanup_buffer_ struct buffer name = {0}, provider = {0};
	const char *whole_name = database_text(row, SERVICE_NAME);
	const char *whole_provider = database_text(row, SERVICE_PROVIDER);

	feed_put_name(&name, whole_name);
	feed_put_value(&provider, list, "", whole_provider);
	if (strcmp(name.bytes ? name.bytes : "", whole_name) == 0 &&
	    (whole_provider[0] == '\0' || strcmp(provider.bytes, whole_provider) == 0))
		return;
	buffer_text(json, ",");
	buffer_json_string(json, name.bytes ? name.bytes : "");
	buffer_text(json, ",");
	buffer_json_string(json, provider.bytes);
}

/* One service: its JSON, an array, and in it since when it has its status. */
static int put_service(const struct report *report, const struct feed_list *list,
		       sqlite3_stmt *query, sqlite3_stmt *row, struct buffer *services)
{
	_cleanup_buffer_ struct buffer json = {0};
	const char *text = database_text(row, SERVICE_JSON);
	const struct status_facts facts = {
		.entity = sqlite3_column_int64(row, SERVICE_ENTITY),
		.generation = report->generation,
		.status = database_text(row, SERVICE_STATUS),
		.in_force = database_text(row, SERVICE_IN_FORCE),
		.events = database_text(row, SERVICE_EVENTS),
		.registered = database_text(row, SERVICE_REGISTERED),
		.left = database_text(row, SERVICE_LEFT),
		.left_basis = database_text(row, SERVICE_LEFT_BASIS),
	};
	struct status_since since;
	int r = status_find_since(query, list->registry, &facts, &since);

	if (r < 0)
		return r;
	buffer_append(&json, text, strlen(text) - strlen("]"));
	buffer_text(&json, ",");
	buffer_json_string(&json, since.day);
	buffer_text(&json, since.seen ? ",1" : ",0");
	put_short(&json, list, row);
	buffer_text(&json, "]");
	buffer_script_json(services, json.bytes);
	return 0;
}

static int put_services(struct report *report, const struct feed_list *list)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL, *since = NULL;
	_cleanup_buffer_ struct buffer services = {0}, shared = {0};
	struct buffer *data = &report->slots[SLOT_DATA];
	int r = database_prepare(report->database, embedded_services, &rows);

	if (r == 0)
		r = status_prepare_since(report->database, &since);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(rows, 1, report->first_day, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(rows, 2,
			       report->services > MANY_SERVICES ? TEXT_MAX_OF_MANY : TEXT_MAX);
	while (r == 0 && (r = database_next(rows)) > 0) {
		buffer_text(&services, services.length == 0 ? "\n" : ",\n");
		r = put_service(report, list, since, rows, &services);
	}
	buffer_text(data, ",\n\"strings\":");
	strings_share(&services, data, &shared);
	buffer_text(data, ",\n\"services\":[");
	buffer_append(data, shared.bytes, shared.length);
	buffer_text(data, "]");
	return r;
}

/* What a calendar says: its name, and words in the registry's language. */
static void put_calendar(const struct feed_list *list, struct buffer *data)
{
	const struct {
		const char *name, *text;
	} members[] = {
		{"uuid", list->uuid},
		{"title", list->title.bytes ? list->title.bytes : ""},
		{"dates", list->words->dates},
		{"provider", list->words->provider},
		{"unofficial", list->words->not_official},
		{"until", list->words->valid_until},
		{"derived", list->words->valid_until_derived},
		{"yearly", list->words->annual_assessment},
		{"report", list->words->next_report},
	};
	_cleanup_buffer_ struct buffer json = {0};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		buffer_printf(&json, "%c\"%s\":", i == 0 ? '{' : ',', members[i].name);
		buffer_json_string(&json, members[i].text);
	}
	buffer_text(data, ",\n\"calendar\":");
	buffer_script_json(data, json.bytes);
	buffer_text(data, "}");
}

/* A list that is too long for a page is counted, and the page says where it is. */
static int put_data(struct report *report)
{
	_cleanup_feed_list_ struct feed_list list = {.registry = NULL};
	struct buffer *data = &report->slots[SLOT_DATA], words = {0};
	const struct registry *registry;
	int r = feed_list_read(report->database, &list);

	if (r == 0)
		r = put_list(report);

	if (r < 0)
		return r;
	registry = registry_find(report->registry);
	put_sample(report, registry, data);
	put_words(&words, registry ? registry->statuses : NULL, registry);
	put_words(&words, statuses_of_all, registry);
	buffer_text(data, ",\n\"words\":[");
	buffer_append(data, words.bytes, words.length - strlen(","));
	buffer_release(&words);
	buffer_text(data, "],\n\"fields\":");
	r = put_rows(report, embedded_fields);
	buffer_text(data, ",\n\"statuses\":");
	if (r == 0)
		r = put_rows(report, embedded_statuses);
	buffer_text(data, ",\n\"generations\":");
	if (r == 0)
		r = put_rows(report, embedded_generations);
	put_calendar(&list, data);
	buffer_printf(data, ",\n\"limit\":%lld",
		      (long long)(report->limit > 0 ? report->limit : STATE_MAX_AGE_DEFAULT));
	buffer_text(data, ",\n\"site\":");
	buffer_json_string(data, registry && registry->site ? registry->site : "");
	if (report->services > RENDER_SERVICES_MAX)
		buffer_text(data, ",\n\"services\":[]");
	else if (r == 0)
		r = put_services(report, &list);
	buffer_text(data, "}");
	return r;
}

/* Fills the gaps {{name}} of the page; what fills one isn't looked at again. */
static void fill(const struct report *report, struct buffer *page)
{
	const char *text = embedded_page, *gap;

	while ((gap = strstr(text, "{{"))) {
		buffer_append(page, text, (size_t)(gap - text));
		gap += strlen("{{");
		text = strstr(gap, "}}") + strlen("}}");
		for (int slot = 0; slot < SLOT_COUNT; slot++)
			if (strlen(slot_names[slot]) == (size_t)(text - gap) - strlen("}}") &&
			    strncmp(slot_names[slot], gap, strlen(slot_names[slot])) == 0)
				buffer_append(page, report->slots[slot].bytes,
					      report->slots[slot].length);
	}
	buffer_text(page, text);
}

int report_render(struct documents *documents)
{
	__attribute__((cleanup(report_release))) struct report report = {
		.database = documents->database,
		.generation = documents->generation,
		.limit = documents->limit,
	};
	_cleanup_buffer_ struct buffer page = {0};
	int64_t directory;
	int r = document_directory(report.database, "tables", &directory);

	buffer_text(&report.slots[SLOT_STYLE], embedded_style);
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		buffer_text(&report.slots[SLOT_SCRIPT], scripts[i]);
	set_hash(&report, SLOT_STYLE, SLOT_STYLE_HASH);
	set_hash(&report, SLOT_SCRIPT, SLOT_SCRIPT_HASH);
	if (r == 0)
		r = put_data(&report);
	if (r < 0)
		return log_error_errno(r, "tables/report.html can't be made: %m");
	fill(&report, &page);
	return document_put(documents, directory, "report.html", &page);
}
