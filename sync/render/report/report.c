#include "render/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <openssl/evp.h>

#include "render/render.h"
#include "common/embed.h"
#include "util/memory.h"
#include "common/log.h"
#include "render/report/template.h"
#include "common/timestamp.h"

EMBED(report, "render/report/report.sql");
EMBED(page, "render/report/report.html");
EMBED(style, "render/report/report.css");
EMBED(script, "render/report/report.js");

/* The template's gaps. Where one is a condition, it is empty or says "yes". */
#define SLOTS(SLOT) \
	SLOT(STYLE, style) \
	SLOT(STYLE_HASH, style_hash) \
	SLOT(SCRIPT, script) \
	SLOT(SCRIPT_HASH, script_hash) \
	SLOT(LANGUAGE, language) \
	SLOT(JAPANESE, japanese) \
	SLOT(TITLE, title) \
	SLOT(TITLE_EN, title_en) \
	SLOT(DAY, day) \
	SLOT(FIRST_DAY, first_day) \
	SLOT(PUBLISHED, published) \
	SLOT(STATED, stated) \
	SLOT(GIVEN, given) \
	SLOT(FETCHED, fetched) \
	SLOT(COMPLETE, complete) \
	SLOT(SAMPLE, sample) \
	SLOT(SAMPLE_JA, sample_ja) \
	SLOT(SERVICES, services) \
	SLOT(GENERATION, generation) \
	SLOT(SOURCE, source) \
	SLOT(SHA256, sha256) \
	SLOT(STATUSES, statuses) \
	SLOT(LEVELS, levels) \
	SLOT(PROVIDERS, providers) \
	SLOT(OTHER_PROVIDERS, other_providers) \
	SLOT(TRENDS, trends) \
	SLOT(CHANGES, changes) \
	SLOT(CHANGE_ROWS, change_rows) \
	SLOT(DATED, dated) \
	SLOT(EXPIRIES, expiries) \
	SLOT(EXPIRY_ROWS, expiry_rows) \
	SLOT(PASSED, passed) \
	SLOT(LATER, later) \
	SLOT(DATELESS, dateless) \
	SLOT(DERIVED, derived) \
	SLOT(TOO_MANY, too_many) \
	SLOT(ROWS, rows)

#define SLOT_ENUM(identifier, name) SLOT_##identifier,
enum slot { SLOTS(SLOT_ENUM) SLOT_COUNT };
#undef SLOT_ENUM

struct report {
	sqlite3 *database;
	struct report_list list;
	struct buffer slots[SLOT_COUNT];
};

static void report_release(struct report *report)
{
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		buffer_release(&report->slots[slot]);
}

static void set(struct report *report, enum slot slot, const char *text)
{
	buffer_html(&report->slots[slot], text);
}

/* A number where there is anything to count. */
static void set_number(struct report *report, enum slot slot, int64_t number)
{
	if (number > 0)
		buffer_printf(&report->slots[slot], "%" PRId64, number);
}

/*
 * A style sheet or a script, and its hash as a Content-Security-Policy names it:
 * then no other runs, whatever should have got into the page.
 */
static void set_hashed(struct report *report, enum slot slot, const char *text, enum slot hash_slot)
{
	unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL) != 1)
		out_of_memory();
	(void)EVP_EncodeBlock(base64, digest, (int)length);
	buffer_text(&report->slots[slot], text);
	buffer_printf(&report->slots[hash_slot], "sha256-%s", (const char *)base64);
}

static int read_store(struct report *report)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const char *language;
	int r = database_prepare(report->database,
				 "SELECT title, language, registry, title_en FROM store", &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	language = database_text(row, 1);
	(void)snprintf(report->list.registry, sizeof(report->list.registry), "%s",
		       database_text(row, 2));
	set(report, SLOT_TITLE, database_text(row, 0));
	set(report, SLOT_TITLE_EN, database_text(row, 3));
	set(report, SLOT_LANGUAGE, language);
	set(report, SLOT_JAPANESE, strncmp(language, "ja", 2) == 0 ? "yes" : "");
	return 0;
}

static void set_sample(struct report *report, const struct registry *registry)
{
	if (!registry || !registry->sample)
		return;
	set(report, SLOT_SAMPLE, registry->sample);
	set(report, SLOT_SAMPLE_JA, registry->sample_ja);
}

/* The newest publication: a pruning says nothing of its own. */
static int read_generation(struct report *report)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char published[TIMESTAMP_TEXT_SIZE];
	struct report_list *list = &report->list;
	const char *basis;
	int r = database_prepare(
		report->database,
		"SELECT day, published_at, published_basis, complete, services,"
		" (SELECT max(id) FROM generation), source,"
		" (SELECT sha256 FROM source_document WHERE generation = g.id AND role = 'list'),"
		" (SELECT day FROM generation WHERE kept = 1 ORDER BY id LIMIT 1)"
		" FROM generation g WHERE source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1",
		&row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	(void)snprintf(list->day, sizeof(list->day), "%s", database_text(row, 0));
	(void)snprintf(list->first_day, sizeof(list->first_day), "%s", database_text(row, 8));
	list->services = sqlite3_column_int64(row, 4);
	timestamp_format(sqlite3_column_int64(row, 1), published);
	basis = database_text(row, 2);
	set(report, SLOT_DAY, list->day);
	set(report, SLOT_FIRST_DAY, list->first_day);
	set(report, SLOT_PUBLISHED, published);
	set(report, SLOT_STATED, strcmp(basis, "stated") == 0 ? "yes" : "");
	set(report, SLOT_GIVEN, strcmp(basis, "given") == 0 ? "yes" : "");
	set(report, SLOT_FETCHED, strcmp(basis, "fetched") == 0 ? "yes" : "");
	set(report, SLOT_COMPLETE, sqlite3_column_int(row, 3) ? "yes" : "");
	buffer_printf(&report->slots[SLOT_SERVICES], "%" PRId64, list->services);
	buffer_printf(&report->slots[SLOT_GENERATION], "%lld",
		      (long long)sqlite3_column_int64(row, 5));
	set(report, SLOT_SOURCE, database_text(row, 6));
	set(report, SLOT_SHA256, database_text(row, 7));
	if (strcmp(database_text(row, 6), SOURCE_BUNDLED) == 0)
		set_sample(report, registry_find(list->registry));
	return 0;
}

/* What is there whatever the list's size. */
static int put_counts(struct report *report)
{
	struct buffer *slots = report->slots;
	struct report_months expiries = {
		.chart = &slots[SLOT_EXPIRIES],
		.rows = &slots[SLOT_EXPIRY_ROWS],
	};
	int r = report_put_facets(report->database, &report->list, "by-status",
				  &slots[SLOT_STATUSES]);

	if (r == 0)
		r = report_put_facets(report->database, &report->list, "by-level",
				      &slots[SLOT_LEVELS]);
	if (r == 0)
		r = report_put_providers(report->database, &report->list, &slots[SLOT_PROVIDERS],
					 &slots[SLOT_OTHER_PROVIDERS]);
	if (r == 0)
		r = report_put_expiries(report->database, &report->list, &expiries);
	if (expiries.none < report->list.services) {
		set(report, SLOT_DATED, "yes");
		set_number(report, SLOT_DATELESS, expiries.none);
	}
	set_number(report, SLOT_PASSED, expiries.before);
	set_number(report, SLOT_LATER, expiries.after);
	return r;
}

/* What looks at each service, and at its past. */
static int put_services(struct report *report)
{
	struct buffer *slots = report->slots;
	struct report_months changes = {
		.chart = &slots[SLOT_CHANGES],
		.rows = &slots[SLOT_CHANGE_ROWS],
	};
	int64_t derived = 0;
	int r;

	if (report->list.services > REPORT_SERVICES_MAX) {
		buffer_printf(&slots[SLOT_TOO_MANY], "%d", REPORT_SERVICES_MAX);
		return 0;
	}
	r = report_put_trends(report->database, &report->list, &slots[SLOT_TRENDS]);
	if (r == 0)
		r = report_put_changes(report->database, &report->list, &changes);
	if (r == 0)
		r = report_put_services(report->database, slots[SLOT_DATED].length > 0,
					&slots[SLOT_ROWS], &derived);
	set_number(report, SLOT_DERIVED, derived);
	return r;
}

static int fill(struct report *report, struct buffer *page)
{
#define SLOT_NAME(identifier, name) {#name, report->slots[SLOT_##identifier].bytes},
	const struct template_slot slots[] = {SLOTS(SLOT_NAME){NULL, NULL}};
#undef SLOT_NAME

	return template_fill(page, embedded_page, slots);
}

int report_render(struct documents *documents)
{
	__attribute__((cleanup(report_release))) struct report report = {
		.database = documents->database};
	_cleanup_buffer_ struct buffer page = {0};
	int64_t directory;
	int r = document_directory(report.database, "tables", &directory);

	if (r == 0)
		r = database_execute(report.database, embedded_report);
	if (r == 0)
		r = read_store(&report);
	if (r == 0)
		r = read_generation(&report);
	set_hashed(&report, SLOT_STYLE, embedded_style, SLOT_STYLE_HASH);
	set_hashed(&report, SLOT_SCRIPT, embedded_script, SLOT_SCRIPT_HASH);
	if (r == 0)
		r = put_counts(&report);
	if (r == 0)
		r = put_services(&report);
	if (r == 0)
		r = fill(&report, &page);
	if (r < 0)
		return log_error_errno(r, "tables/report.html can't be made: %m");
	return document_put(documents, directory, "report.html", &page);
}
