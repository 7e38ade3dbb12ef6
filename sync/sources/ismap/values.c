#include "sources/ismap/values.h"

#include <errno.h>
#include <string.h>

#include "sources/ismap/date.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"
#include "common/timestamp.h"

struct row {
	struct staging *staging;
	int64_t service;
	const cJSON *fields;
	const char *edition;
	size_t *odd;
};

/* Fields whose value is text as it stands. */
static const struct {
	const char *name;
	enum field field;
	bool block; /* several lines */
} texts[] = {
	{"name", FIELD_NAME, false},
	{"name.en", FIELD_NAME_EN, false},
	{"status.source", FIELD_STATUS_SOURCE, false},
	{"level.source", FIELD_LEVEL_SOURCE, false},
	{"scope", FIELD_SCOPE, true},
	{"regions", FIELD_REGIONS, true},
	{"service-model", FIELD_SERVICE_MODEL, true},
	{"description", FIELD_DESCRIPTION, true},
	{"url", FIELD_URL, false},
	{"evidence", FIELD_EVIDENCE, false},
	{"note", FIELD_NOTE, false},
	{"subsequent-events", FIELD_SUBSEQUENT_EVENTS, true},
};

const char *ismap_shown(const cJSON *field)
{
	const char *display = json_text(field, "display");

	return display[0] != '\0' ? display : json_text(field, "value");
}

const cJSON *ismap_field(const cJSON *fields, const char *name)
{
	const cJSON *field;

	cJSON_ArrayForEach(field, fields) if (strcmp(json_text(field, "field"), name) == 0 &&
					      ismap_shown(field)[0] != '\0') return field;
	return NULL;
}

/* extra.LABEL: the label as a slug, else the portal's own name of the field. */
static int extra_field(const struct row *row, const cJSON *field, int *id)
{
	const char *mapped = json_text(field, "field");
	_cleanup_free_ char *slug = NULL, *name = NULL;

	if (staging_is_extra(mapped))
		return staging_field(row->staging, mapped, id, NULL);
	slug = text_slug(json_text(field, "label"));
	if (!slug)
		slug = text_slug(json_text(field, "key"));
	name = xasprintf("extra.%s", slug ? slug : "unnamed");
	return staging_field(row->staging, name, id, NULL);
}

static int stage_extra(const struct row *row, const cJSON *field)
{
	_cleanup_free_ char *text = text_block(ismap_shown(field));
	int id, r;

	/* The portal shows a field that isn't filled in as empty: it states nothing. */
	if (text[0] == '\0')
		return 0;
	r = extra_field(row, field, &id);
	return r < 0 ? r : staging_value(row->staging, row->service, id, text);
}

/* Keeps a value that can't be read as what its label says, and counts it. */
static int keep_odd(const struct row *row, const cJSON *field)
{
	(*row->odd)++;
	return stage_extra(row, field);
}

/* Reads dates from what the portal stores or, where that fails, from what the page shows. */
static int dates_of(const cJSON *field, int64_t *days, size_t size, int wanted)
{
	int count = ismap_dates(json_text(field, "value"), days, size);

	if (count != wanted)
		count = ismap_dates(ismap_shown(field), days, size);
	return count == wanted ? count : -EINVAL;
}

static int stage_day(const struct row *row, enum field id, int64_t days)
{
	char text[DAY_TEXT_SIZE];

	day_format(days, text);
	return staging_value(row->staging, row->service, (int)id, text);
}

/* *found is set when the row states a date that can be read. */
static int stage_date(const struct row *row, const char *name, enum field id, bool *found)
{
	const cJSON *field = ismap_field(row->fields, name);
	int64_t day;
	int r;

	*found = false;
	if (!field)
		return 0;
	r = dates_of(field, &day, 1, 1);
	if (r == -EINVAL)
		return keep_odd(row, field);
	*found = r > 0;
	return r < 0 ? r : stage_day(row, id, day);
}

static int period_part(const struct row *row, const char *name, int64_t *day)
{
	const cJSON *field = ismap_field(row->fields, name);
	int r = field ? dates_of(field, day, 1, 1) : 0;

	if (r != -EINVAL)
		return r;
	r = keep_odd(row, field);
	return r;
}

/* The audited period, from one field or from two. Returns 1 when its days are known, else 0. */
static int read_period(const struct row *row, int64_t days[static 2])
{
	const cJSON *field = ismap_field(row->fields, "audit-period");
	int r = 0, begins, ends;

	if (field) {
		r = dates_of(field, days, 2, 2);
		if (r == 2 && days[0] <= days[1])
			return 1;
		r = keep_odd(row, field);
	}
	begins = r < 0 ? r : period_part(row, "audit-period.start", &days[0]);
	ends = begins < 0 ? begins : period_part(row, "audit-period.end", &days[1]);
	if (ends < 0)
		return ends;
	if (begins == 1 && ends == 1 && days[0] <= days[1])
		return 1;
	/* Half a period is no period, but is kept as it was written. */
	for (int i = 0; i < 2 && (begins == 1 || ends == 1); i++) {
		field = ismap_field(row->fields,
				    i == 0 ? "audit-period.start" : "audit-period.end");
		r = field ? keep_odd(row, field) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static int stage_dates(const struct row *row)
{
	char begins[DAY_TEXT_SIZE], ends[DAY_TEXT_SIZE], text[2 * DAY_TEXT_SIZE];
	int64_t days[2] = {0}, until;
	bool registered, stated = false;
	int period, r = stage_date(row, "registered-on", FIELD_REGISTERED_ON, &registered);

	if (r == 0)
		r = stage_date(row, "valid-until", FIELD_VALID_UNTIL, &stated);
	if (r == 0 && stated)
		r = staging_value(row->staging, row->service, FIELD_VALID_UNTIL_BASIS, "stated");
	period = r < 0 ? r : read_period(row, days);
	if (period <= 0)
		return period;
	day_format(days[0], begins);
	day_format(days[1], ends);
	(void)snprintf(text, sizeof(text), "%s/%s", begins, ends);
	r = staging_value(row->staging, row->service, FIELD_AUDIT_PERIOD, text);
	if (r < 0 || stated)
		return r;
	until = ismap_validity(days[1]);
	/* No date is written with five digits of a year. */
	if (until > days_from_civil(9999, 12, 31))
		return 0;
	r = stage_day(row, FIELD_VALID_UNTIL, until);
	return r < 0 ? r
		     : staging_value(row->staging, row->service, FIELD_VALID_UNTIL_BASIS,
				     "derived");
}

static int stage_texts(const struct row *row)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const cJSON *field = ismap_field(row->fields, texts[i].name);
		_cleanup_free_ char *text = NULL;
		int r;

		if (!field)
			continue;
		text = texts[i].block ? text_block(ismap_shown(field))
				      : text_line(ismap_shown(field));
		r = staging_value(row->staging, row->service, (int)texts[i].field, text);
		if (r < 0)
			return r;
	}
	return 0;
}

static int stage_party(const struct row *row, const char *name, enum kind kind, enum field id,
		       int64_t *party)
{
	const cJSON *field = ismap_field(row->fields, name);
	_cleanup_free_ char *trimmed = NULL;
	int r;

	*party = 0;
	if (!field)
		return 0;
	trimmed = text_trim(ismap_shown(field));
	if (trimmed[0] == '\0')
		return 0;
	r = staging_line(row->staging, row->service, (int)id, ismap_shown(field));
	if (r == 0)
		r = staging_named(row->staging, kind, trimmed, party);
	return r < 0 ? r : staging_party(row->staging, row->service, *party);
}

static int stage_parties(const struct row *row)
{
	const cJSON *english = ismap_field(row->fields, "provider.en");
	int64_t provider = 0, auditor;
	int r = stage_party(row, "auditor", KIND_AUDITOR, FIELD_AUDITOR, &auditor);

	if (r == 0)
		r = stage_party(row, "provider", KIND_PROVIDER, FIELD_PROVIDER_NAME, &provider);
	if (r < 0 || !english)
		return r;
	if (provider == 0)
		return stage_extra(row, english);
	return staging_line(row->staging, provider, FIELD_NAME_EN, ismap_shown(english));
}

/* Stages that the service declares a control. Returns 1, or 0 when the edition doesn't have it. */
static int declare(const struct row *row, const char *id, size_t length)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	_cleanup_free_ char *key = xasprintf("%s/%.*s", row->edition, (int)length, id);
	int64_t control;
	int r = database_prepare(row->staging->database,
				 "SELECT 1 FROM entity WHERE kind = ?1 AND key = ?2 UNION ALL"
				 " SELECT 1 FROM staged_entity WHERE kind = ?1 AND key = ?2",
				 &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(statement, 1, KIND_CONTROL);
	(void)sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	r = database_next(statement);
	if (r <= 0)
		return r;
	r = staging_entity(row->staging, KIND_CONTROL, key, &control);
	if (r == 0)
		r = staging_declaration(row->staging, row->service, control);
	return r < 0 ? r : 1;
}

/* Counts the dots in a run of digits and dots. Dots at its end belong to the sentence: *length
 * shrinks. */
static size_t count_dots(const char *id, size_t *length)
{
	size_t dots = 0;

	while (*length > 0 && id[*length - 1] == '.')
		(*length)--;
	for (size_t i = 0; i < *length; i++)
		dots += id[i] == '.';
	return dots;
}

/* Numbers of three parts, among whatever separates them, are control objectives. */
static int stage_controls(const struct row *row)
{
	const cJSON *field = ismap_field(row->fields, "controls");
	const char *text = field ? ismap_shown(field) : "";
	size_t declared = 0, unknown = 0;

	while (*text != '\0') {
		size_t length = strspn(text, "0123456789."), whole = length;

		if (length == 0) {
			text++;
			continue;
		}
		if (*text != '.' && count_dots(text, &length) == 2) {
			int r = declare(row, text, length);

			if (r < 0)
				return r;
			declared += (size_t)r;
			unknown += r == 0;
		}
		text += whole;
	}
	/* Controls that the edition lacks, or a text that is no list, are kept as written. */
	return field && (unknown > 0 || declared == 0) ? keep_odd(row, field) : 0;
}

/* Keeps fields that no map knows, and those that contradict an earlier field of the same name. */
static int stage_rest(const struct row *row)
{
	const cJSON *field;

	cJSON_ArrayForEach(field, row->fields)
	{
		const char *name = json_text(field, "field");
		const cJSON *first = ismap_field(row->fields, name);
		bool mapped = name[0] != '\0' && !staging_is_extra(name);
		int r;

		if (mapped && (!first || first == field ||
			       strcmp(ismap_shown(first), ismap_shown(field)) == 0))
			continue;
		r = stage_extra(row, field);
		if (r < 0)
			return r;
	}
	return 0;
}

int ismap_stage_values(struct staging *staging, int64_t service, const cJSON *fields,
		       /* stage_texts() and others write through it;
			  NOLINTNEXTLINE(readability-non-const-parameter) */
		       const char *edition, size_t *odd)
{
	struct row row = {
		.staging = staging,
		.service = service,
		.fields = fields,
		.edition = edition,
		.odd = odd,
	};
	int r = stage_texts(&row);

	if (r == 0)
		r = stage_dates(&row);
	if (r == 0)
		r = stage_parties(&row);
	if (r == 0)
		r = stage_controls(&row);
	return r < 0 ? r : stage_rest(&row);
}
