#include "sources/fedramp/values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/json.h"
#include "util/buffer.h"
#include "util/memory.h"
#include "util/text.h"
#include "common/timestamp.h"

/* Words that the publication writes where nothing is known, and a spreadsheet's errors. */
static bool is_sentinel(const char *text)
{
	static const char *const sentinels[] = {
		"",
		"Not Active",
		"Not Authorized",
		"No FRR Date",
		"Not In Process",
		"Not Agency Partnered",
		"N/A",
		"#N/A",
		"#REF!",
		"#VALUE!",
		"#NAME?",
		"#DIV/0!",
	};

	for (size_t i = 0; i < sizeof(sentinels) / sizeof(sentinels[0]); i++)
		if (strcmp(text, sentinels[i]) == 0)
			return true;
	return false;
}

/* A member's text, also of a number; NULL where nothing is stated. The caller frees it. */
static char *stated(const cJSON *product, const char *member)
{
	const cJSON *value = json_member(product, member);
	_cleanup_free_ char *printed = NULL, *trimmed = NULL;

	if (cJSON_IsNumber(value))
		printed = cJSON_PrintUnformatted(value);
	trimmed = text_trim(printed ? printed : json_text(product, member));
	if (is_sentinel(trimmed))
		return NULL;
	return xstrdup(printed ? printed : json_text(product, member));
}

static int stage_line(struct staging *staging, int64_t service, int field, const cJSON *product,
		      const char *member)
{
	_cleanup_free_ char *text = stated(product, member);

	return text ? staging_line(staging, service, field, text) : 0;
}

static int stage_block(struct staging *staging, int64_t service, int field, const cJSON *product,
		       const char *member)
{
	_cleanup_free_ char *text = stated(product, member), *block = NULL;

	if (!text)
		return 0;
	block = text_block(text);
	return staging_value(staging, service, field, block);
}

static int stage_word(struct staging *staging, int64_t service, int field, const cJSON *product,
		      const char *member)
{
	_cleanup_free_ char *text = stated(product, member), *word = NULL;

	if (!text)
		return 0;
	word = text_word(text);
	/* No word can be made of a text without letters and digits. */
	return word ? staging_value(staging, service, field, word) : 0;
}

static int format_date(int64_t year, int month, int day, char date[static DAY_TEXT_SIZE])
{
	if (!is_civil_date(year, month, day))
		return -EINVAL;
	day_format(days_from_civil(year, month, day), date);
	return 0;
}

/*
 * YYYY-MM-DD, alone or with a time behind it, or M/D/YYYY. The time is always
 * the day's begin in US Eastern or 20:00 UTC, so that its day is the one meant.
 */
static int parse_date(const char *text, char date[static DAY_TEXT_SIZE])
{
	int year, month, day, length = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) == 3 && length == 10 &&
	    (text[10] == '\0' || text[10] == 'T'))
		return format_date(year, month, day, date);
	if (sscanf(text, "%2d/%2d/%4d%n", &month, &day, &year, &length) == 3 &&
	    text[length] == '\0')
		return format_date(year, month, day, date);
	return -EINVAL;
}

/* Keeps a text that is not what it should be, such as a date, under the member's own name. */
static int stage_unread(struct staging *staging, int64_t service, const char *member,
			const char *text)
{
	_cleanup_free_ char *line = NULL;
	char field_name[64];
	int field = 0, r;

	(void)snprintf(field_name, sizeof(field_name), "extra.%s", member);
	line = text_line(text);
	r = staging_field(staging, field_name, &field, NULL);
	return r < 0 ? r : staging_value(staging, service, field, line);
}

static int stage_yes_no(struct staging *staging, int64_t service, int field, const cJSON *product,
			const char *member)
{
	_cleanup_free_ char *text = stated(product, member), *word = NULL;

	if (!text)
		return 0;
	word = text_word(text);
	if (!word || (strcmp(word, "yes") != 0 && strcmp(word, "no") != 0))
		return stage_unread(staging, service, member, text);
	return staging_value(staging, service, field, word);
}

static int stage_date(struct staging *staging, int64_t service, int field, const cJSON *product,
		      const char *member)
{
	_cleanup_free_ char *text = stated(product, member);
	char date[DAY_TEXT_SIZE];

	if (!text)
		return 0;
	if (parse_date(text, date) < 0)
		return stage_unread(staging, service, member, text);
	return staging_value(staging, service, field, date);
}

/* MM/DD, each year's day; now and then a whole date, or a spreadsheet's number for one, which is
 * left as it is. */
static int stage_annual_assessment(struct staging *staging, int64_t service, const cJSON *product)
{
	_cleanup_free_ char *text = stated(product, "annual_assessment");
	char date[DAY_TEXT_SIZE];
	int month, day, length = 0;

	if (!text)
		return 0;
	if (sscanf(text, "%2d/%2d%n", &month, &day, &length) == 2 && text[length] == '\0' &&
	    is_civil_date(2000, month, day)) {
		(void)snprintf(date, sizeof(date), "--%02d-%02d", month, day);
		return staging_value(staging, service, FIELD_ANNUAL_ASSESSMENT, date);
	}
	if (parse_date(text, date) == 0)
		return staging_value(staging, service, FIELD_ANNUAL_ASSESSMENT, date);
	return stage_line(staging, service, FIELD_ANNUAL_ASSESSMENT_SOURCE, product,
			  "annual_assessment");
}

/* Stages a list, one item a line. [""] and [] both mean that it is empty. */
static int stage_list(struct staging *staging, int64_t service, int field, const cJSON *product,
		      const char *member)
{
	_cleanup_buffer_ struct buffer lines = {0};
	const cJSON *list = json_member(product, member), *item;
	bool known = cJSON_IsArray(list);

	cJSON_ArrayForEach(item, list)
	{
		const char *text = cJSON_IsString(item) ? item->valuestring : "";
		_cleanup_free_ char *trimmed = text_trim(text);

		if (trimmed[0] == '\0')
			continue;
		if (is_sentinel(trimmed)) {
			known = false;
			continue;
		}
		buffer_printf(&lines, "%s%s", lines.length > 0 ? "\n" : "", trimmed);
	}
	if (lines.length == 0)
		return known ? staging_value(staging, service, field, "") : 0;
	return staging_value(staging, service, field, lines.bytes);
}

static int stage_service_model(struct staging *staging, int64_t service, const cJSON *product)
{
	_cleanup_buffer_ struct buffer lines = {0};
	const cJSON *item;

	cJSON_ArrayForEach(item, json_member(product, "service_model"))
	{
		_cleanup_free_ char *word =
			text_word(cJSON_IsString(item) ? item->valuestring : "");

		if (word)
			buffer_printf(&lines, "%s%s", lines.length > 0 ? "\n" : "", word);
	}
	if (lines.length == 0)
		return 0;
	return staging_value(staging, service, FIELD_SERVICE_MODEL, lines.bytes);
}

static int stage_status(struct staging *staging, int64_t service, const cJSON *product)
{
	static const struct {
		const char *source;
		const char *status;
	} words[] = {
		{"FedRAMP Authorized", "authorized"},
		{"FedRAMP Ready", "ready"},
		{"FedRAMP In Process", "in-process"},
		{"Agency In Process", "agency-in-process"},
	};
	_cleanup_free_ char *trimmed = text_trim(json_text(product, "status"));
	const char *status = "unknown";
	int r;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(trimmed, words[i].source) == 0)
			status = words[i].status;
	r = staging_value(staging, service, FIELD_STATUS, status);
	return r < 0 ? r : stage_line(staging, service, FIELD_STATUS_SOURCE, product, "status");
}

/* The levels that have a baseline of controls. */
static int stage_baseline(struct staging *staging, int64_t service, const cJSON *product)
{
	static const char *const baselines[] = {"high", "moderate", "low", "li-saas"};
	_cleanup_free_ char *word = text_word(json_text(product, "impact_level"));
	int64_t baseline;
	int r;

	if (!word)
		return 0;
	for (size_t i = 0; i < sizeof(baselines) / sizeof(baselines[0]); i++) {
		if (strcmp(word, baselines[i]) != 0)
			continue;
		r = staging_entity(staging, KIND_BASELINE, word, &baseline);
		return r < 0 ? r : staging_declaration(staging, service, baseline);
	}
	return 0;
}

/* Stages a provider or an auditor by its name. */
static int stage_party(struct staging *staging, int64_t service, enum kind kind,
		       const cJSON *product, const char *member)
{
	_cleanup_free_ char *text = stated(product, member);
	int64_t party;
	int r;

	if (!text)
		return 0;
	r = staging_named(staging, kind, text, &party);
	return r < 0 ? r : staging_party(staging, service, party);
}

typedef int (*stage_function)(struct staging *, int64_t, int, const cJSON *, const char *);

/* Which member becomes which value. */
static const struct {
	const char *member;
	int field;
	stage_function stage;
} members[] = {
	{"impact_level", FIELD_LEVEL, stage_word},
	{"impact_level", FIELD_LEVEL_SOURCE, stage_line},
	{"auth_date", FIELD_REGISTERED_ON, stage_date},
	{"ready_date", FIELD_READY_ON, stage_date},
	{"ip_agency_date", FIELD_IN_PROCESS_AGENCY_ON, stage_date},
	{"ip_jab_date", FIELD_IN_PROCESS_BOARD_ON, stage_date},
	{"ip_prog_date", FIELD_IN_PROCESS_PROGRAM_ON, stage_date},
	{"ip_pmo_date", FIELD_IN_PROCESS_OFFICE_ON, stage_date},
	{"auth_type", FIELD_AUTHORIZATION_TYPE, stage_word},
	{"partnering_agency", FIELD_PARTNERING_AGENCY, stage_line},
	{"independent_assessor", FIELD_AUDITOR, stage_line},
	{"agency_authorizations", FIELD_AGENCIES, stage_list},
	{"deployment_model", FIELD_DEPLOYMENT_MODEL, stage_word},
	{"business_function", FIELD_BUSINESS_FUNCTIONS, stage_list},
	{"small_business", FIELD_SMALL_BUSINESS, stage_yes_no},
	{"uei", FIELD_UEI, stage_line},
	{"website", FIELD_URL, stage_line},
	{"service_desc", FIELD_DESCRIPTION, stage_block},
	{"fedramp_msg", FIELD_NOTE, stage_line},
};

int fedramp_stage_values(struct staging *staging, int64_t service, const cJSON *product)
{
	const char *service_name = json_member(product, "cso") ? "cso" : "service_offering";
	const char *provider_name = json_member(product, "csp") ? "csp" : "name";
	_cleanup_free_ char *name = stated(product, service_name);
	_cleanup_free_ char *provider = stated(product, provider_name);
	int r = stage_status(staging, service, product);

	/* A row with an id and nothing else: what its other members say ("No", an empty list) is
	 * said of nothing. */
	if (r < 0 || (!name && !provider && json_text(product, "status")[0] == '\0'))
		return r;
	r = stage_line(staging, service, FIELD_NAME, product, service_name);
	if (r == 0)
		r = stage_line(staging, service, FIELD_PROVIDER_NAME, product, provider_name);
	if (r == 0)
		r = stage_party(staging, service, KIND_PROVIDER, product, provider_name);
	if (r == 0)
		r = stage_party(staging, service, KIND_AUDITOR, product, "independent_assessor");
	if (r == 0)
		r = stage_annual_assessment(staging, service, product);
	if (r == 0)
		r = stage_service_model(staging, service, product);
	if (r == 0)
		r = stage_baseline(staging, service, product);
	for (size_t i = 0; r == 0 && i < sizeof(members) / sizeof(members[0]); i++)
		r = members[i].stage(staging, service, members[i].field, product,
				     members[i].member);
	return r;
}
