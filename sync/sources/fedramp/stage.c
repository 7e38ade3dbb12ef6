#include "sources/fedramp/stage.h"

#include <stdlib.h>
#include <string.h>

#include "sources/source.h"
#include "stage/table.h"
#include "util/buffer.h"
#include "util/memory.h"

/* Which of the list's texts is which value. */
static const struct {
	size_t offset;
	enum field field;
} texts[] = {
#define TEXT(member, field) \
	{ \
		offsetof(struct fedramp_service, member), FIELD_##field \
	}
	TEXT(name, NAME),
	TEXT(provider, PROVIDER_NAME),
	TEXT(cap, UNDER_CORRECTIVE_ACTION_PLAN),
	TEXT(cap_on, CORRECTIVE_ACTION_PLAN_ON),
	TEXT(certified_on, REGISTERED_ON),
	TEXT(ready_on, READY_ON),
	TEXT(in_process_agency_on, IN_PROCESS_AGENCY_ON),
	TEXT(in_process_board_on, IN_PROCESS_BOARD_ON),
	TEXT(in_process_program_on, IN_PROCESS_PROGRAM_ON),
	TEXT(in_process_office_on, IN_PROCESS_OFFICE_ON),
	TEXT(level, LEVEL),
	TEXT(level_source, LEVEL_SOURCE),
	TEXT(agencies, AGENCIES),
	TEXT(partnering_agency, PARTNERING_AGENCY),
	TEXT(assessor, AUDITOR),
	TEXT(deployment, DEPLOYMENT_MODEL),
	TEXT(functions, BUSINESS_FUNCTIONS),
	TEXT(description, DESCRIPTION),
	TEXT(note, NOTE),
	TEXT(website, URL),
	TEXT(uei, UEI),
	TEXT(small_business, SMALL_BUSINESS),
	TEXT(yearly_assessment, ANNUAL_ASSESSMENT),
	TEXT(yearly_assessment_source, ANNUAL_ASSESSMENT_SOURCE),
#undef TEXT
};

/* A service on its way. */
struct stage {
	struct staging *staging;
	int64_t sid;
	const struct fedramp_facts *facts;
	struct reason *reason;
};

static int put(const struct stage *stage, enum field field, const char *text)
{
	return text ? staging_value(stage->staging, stage->sid, (int)field, text) : 0;
}

static int put_word(const struct stage *stage, enum field field, const struct word *word)
{
	return word ? put(stage, field, word->word) : 0;
}

/* Rows without headings, which are in the order of the field's columns. */
static int put_table(const struct stage *stage, enum field field, const char *rows)
{
	_cleanup_buffer_ struct buffer text = {0};

	if (!rows || rows[0] == '\0')
		return 0;
	table_put_headings(&text, table_columns((int)field));
	buffer_text(&text, rows);
	return put(stage, field, text.bytes);
}

static int stage_verdict(const struct stage *stage)
{
	const struct fedramp_verdict *verdict = stage->facts->verdict;
	const struct fedramp_service *service = stage->facts->service;
	int r = put_word(stage, FIELD_STATUS, verdict->status);

	if (r == 0)
		r = put(stage, FIELD_STATUS_SOURCE, verdict->status_source);
	if (r == 0)
		r = put_word(stage, FIELD_STATUS_CHANGELOG, verdict->other);
	if (r == 0)
		r = put_word(stage, FIELD_STATUS_LIST, verdict->listed);
	if (r == 0)
		r = put_word(stage, FIELD_CERTIFICATION_TYPE, verdict->type);
	if (r == 0)
		r = put_word(stage, FIELD_CERTIFICATION_PATH, verdict->path);
	if (r == 0)
		r = put_word(stage, FIELD_CLASS, verdict->class);
	if (r == 0 && service)
		r = put_word(stage, FIELD_PHASE, service->phase);
	if (r == 0 && verdict->delisted_basis) {
		r = put(stage, FIELD_DELISTED_ON_BASIS, verdict->delisted_basis);
		if (r == 0)
			r = put(stage, FIELD_DELISTED_ON, verdict->delisted_on);
	}
	return r;
}

/* What a value that couldn't be read says is kept under the member's own name. */
static int stage_unread(const struct stage *stage)
{
	const struct fedramp_service *service = stage->facts->service;
	int r = 0;

	for (size_t i = 0; r == 0 && i < service->unread_count; i++) {
		_cleanup_free_ char *name = xasprintf("extra.%s", service->unread[i].member);
		int field = 0;

		r = staging_field(stage->staging, name, &field, NULL);
		if (r == 0)
			r = put(stage, (enum field)field, service->unread[i].text);
	}
	return r;
}

static int stage_party(const struct stage *stage, enum kind kind, const char *name)
{
	int64_t party;
	int r = staging_named(stage->staging, kind, name, &party);

	return r < 0 ? r : staging_party(stage->staging, stage->sid, party);
}

/* Agencies that authorized the use, each a party of its own. */
static int stage_agencies(const struct stage *stage, const char *agencies)
{
	_cleanup_free_ char *lines = xstrdup(agencies ? agencies : "");
	char *rest = NULL;
	int r = 0;

	for (char *line = strtok_r(lines, "\n", &rest); r == 0 && line;
	     line = strtok_r(NULL, "\n", &rest))
		r = stage_party(stage, KIND_AGENCY, line);
	return r;
}

/* Auditors and agencies lead to listed services alone. */
static int stage_parties(const struct stage *stage)
{
	const struct fedramp_service *service = stage->facts->service;
	int r = service->provider ? stage_party(stage, KIND_PROVIDER, service->provider) : 0;

	if (r < 0 || stage->facts->verdict->delisted_basis)
		return r;
	if (service->assessor)
		r = stage_party(stage, KIND_AUDITOR, service->assessor);
	return r < 0 ? r : stage_agencies(stage, service->agencies);
}

/* Ids, one a line: of what the service is built on, or of what is built on it. */
static int stage_leverages(const struct stage *stage, const char *id, const char *ids,
			   bool builds_on)
{
	_cleanup_free_ char *lines = xstrdup(ids ? ids : "");
	char *rest = NULL;
	int r = 0;

	for (char *line = strtok_r(lines, "\n", &rest); r == 0 && line;
	     line = strtok_r(NULL, "\n", &rest)) {
		_cleanup_free_ char *other = fedramp_ids_find(stage->facts->known, line);

		r = staging_leverage(stage->staging, builds_on ? id : other,
				     builds_on ? other : id);
	}
	return r;
}

static int stage_listed(const struct stage *stage)
{
	const struct fedramp_service *service = stage->facts->service;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
		r = put(stage, texts[i].field,
			*(char *const *)((const char *)service + texts[i].offset));
	/* A service is of some model: an empty list states none. */
	if (r == 0 && service->models && service->models[0] != '\0')
		r = put(stage, FIELD_SERVICE_MODEL, service->models);
	if (r == 0)
		r = stage_unread(stage);
	if (r == 0)
		r = stage_parties(stage);
	if (r == 0)
		r = stage_leverages(stage, service->id, service->built_on_it, false);
	return r < 0 ? r : stage_leverages(stage, service->id, service->builds_on, true);
}

static void add_line(struct buffer *lines, const char *directory, const char *name)
{
	buffer_printf(lines, "%s%s%s", lines->length > 0 ? "\n" : "", directory, name);
}

/* Which of the values and links are an overview's: they stay while it isn't read. */
static int stage_overview(const struct stage *stage, const struct fedramp_overview *overview,
			  bool own_services)
{
	_cleanup_buffer_ struct buffer lines = {0};
	_cleanup_free_ char *ids = xstrdup(overview->builds_on ? overview->builds_on : "");
	char *rest = NULL;

	if (own_services)
		add_line(&lines, "", "certified-services");
	if (overview->next_report_on)
		add_line(&lines, "", "next-report-on");
	if (overview->trust_center)
		add_line(&lines, "", "trust-center");
	for (char *line = strtok_r(ids, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		_cleanup_free_ char *id = fedramp_ids_find(stage->facts->known, line);

		add_line(&lines, "leverages/", id);
	}
	return put(stage, FIELD_PACKAGE_OVERVIEW, lines.bytes);
}

/* What the provider states: in an overview of its own, or else in the list. */
static int stage_statement(const struct stage *stage, const char *id)
{
	static const struct fedramp_service no_service;
	static const struct fedramp_overview no_overview;
	const struct fedramp_service *service =
		stage->facts->service ? stage->facts->service : &no_service;
	const struct fedramp_overview *overview =
		stage->facts->overview ? stage->facts->overview : &no_overview;
	bool own = overview->certified_services && overview->certified_services[0] != '\0';
	const char *names = own ? overview->certified_services : service->certified_services;
	const char *rows = own ? overview->categories : service->categories;
	int r = put(stage, FIELD_CERTIFIED_SERVICES, names && names[0] != '\0' ? names : NULL);

	if (r == 0)
		r = put_table(stage, FIELD_CERTIFIED_SERVICES_TABLE, rows);
	if (r == 0)
		r = put(stage, FIELD_NEXT_REPORT_ON, overview->next_report_on);
	if (r == 0)
		r = put(stage, FIELD_TRUST_CENTER,
			overview->trust_center ? overview->trust_center : service->trust_center);
	if (r == 0)
		r = stage_overview(stage, overview, own);
	return r < 0 ? r : stage_leverages(stage, id, overview->builds_on, true);
}

static int stage_history(const struct stage *stage)
{
	const struct fedramp_history *history = stage->facts->history;
	_cleanup_free_ char *rows = NULL;
	int r = 0;

	if (!history)
		return 0;
	if (!stage->facts->service) {
		r = put(stage, FIELD_NAME, history->name);
		if (r == 0)
			r = put(stage, FIELD_PROVIDER_NAME, history->provider);
		if (r == 0 && history->provider)
			r = stage_party(stage, KIND_PROVIDER, history->provider);
	}
	if (r < 0)
		return r;
	rows = fedramp_history_rows(history);
	return put_table(stage, FIELD_EVENTS, rows);
}

/* The baseline of the rules of 20x or Rev5 for a class. */
static int find_class_baseline(const struct stage *stage, const char *rules, const char *class,
			       int64_t *baseline)
{
	_cleanup_free_ char *key = xasprintf("%s-class-%s", rules, class);
	int r = staging_target(stage->staging, KIND_BASELINE, key, baseline);

	/* A store's catalogue may be from before there were classes. */
	if (r != 0 || stage->staging->catalogue)
		return r;
	r = registry_stage_catalogue(&registry_fedramp, stage->staging, stage->reason);
	return r < 0 ? r : staging_target(stage->staging, KIND_BASELINE, key, baseline);
}

static int stage_level_baseline(const struct stage *stage)
{
	static const char *const levels[] = {"high", "moderate", "low", "li-saas"};
	const struct fedramp_service *service = stage->facts->service;
	const char *level = service && service->level ? service->level : "";
	int64_t baseline;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		int r;

		if (strcmp(level, levels[i]) != 0)
			continue;
		r = staging_entity(stage->staging, KIND_BASELINE, level, &baseline);
		return r < 0 ? r : staging_declaration(stage->staging, stage->sid, baseline);
	}
	return 0;
}

/*
 * What type and class demand, where both are known. Without a class, or a type,
 * it is what the level demands; but the levels' baselines are Rev5's.
 */
static int stage_baseline(const struct stage *stage)
{
	const struct fedramp_verdict *verdict = stage->facts->verdict;
	const struct word *type = verdict->type, *class = verdict->class;
	bool is_20x = type && strncmp(type->word, "20x", strlen("20x")) == 0;
	int64_t baseline;
	int r;

	if (!type || !class)
		return is_20x ? 0 : stage_level_baseline(stage);
	r = find_class_baseline(stage, is_20x ? "20x" : "rev5", class->word, &baseline);
	return r <= 0 ? r : staging_declaration(stage->staging, stage->sid, baseline);
}

int fedramp_stage_service(struct staging *staging, const char *id,
			  const struct fedramp_facts *facts, struct reason *reason)
{
	struct stage stage = {.staging = staging, .facts = facts, .reason = reason};
	int r = staging_service(staging, id, false, &stage.sid);

	if (r == 0 && facts->verdict->delisted_basis)
		r = staging_delisted(staging, stage.sid, !facts->service);
	if (r == 0)
		r = stage_verdict(&stage);
	if (r == 0 && facts->service)
		r = stage_listed(&stage);
	if (r == 0)
		r = stage_statement(&stage, id);
	if (r == 0)
		r = stage_history(&stage);
	return r < 0 ? r : stage_baseline(&stage);
}
