#include "sources/fedramp/documents/members.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "common/timestamp.h"
#include "util/json.h"
#include "util/buffer.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Doubles hold each whole number up to this one. */
#define WHOLE_NUMBER_MAX 9007199254740992.0

/* json_member(), of a name that doesn't end in a NUL. */
static const cJSON *find_member(const cJSON *object, const char *name, size_t length)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		if (member->string && strncmp(member->string, name, length) == 0 &&
		    member->string[length] == '\0')
			return member;
	}
	return NULL;
}

const cJSON *fedramp_member(const cJSON *object, const char *names)
{
	for (;;) {
		size_t length = strcspn(names, " ");
		const cJSON *value = find_member(object, names, length);

		if (value && !cJSON_IsNull(value))
			return value;
		if (names[length] == '\0')
			return NULL;
		names += length + 1;
	}
}

/* What stands where there is nothing to say: the words of the publication, and a spreadsheet's
 * errors. */
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

static char *number_text(double number, bool *lost)
{
	if (number >= WHOLE_NUMBER_MAX || number <= -WHOLE_NUMBER_MAX) {
		*lost = true;
		return NULL;
	}
	return xasprintf(number == (double)(int64_t)number ? "%.0f" : "%.15g", number);
}

/* A value's text as it is, also a sentinel; NULL where there is none. */
static char *raw_text(const cJSON *value, bool *lost)
{
	if (value && cJSON_IsArray(value) && (!value->child || !value->child->next))
		value = value->child;
	if (!value || cJSON_IsNull(value))
		return NULL;
	if (cJSON_IsString(value))
		return xstrdup(value->valuestring);
	if (cJSON_IsNumber(value))
		return number_text(value->valuedouble, lost);
	*lost = true;
	return NULL;
}

static char *stated_text(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = raw_text(value, lost);
	_cleanup_free_ char *trimmed = text ? text_trim(text) : NULL;

	return trimmed && !is_sentinel(trimmed) ? steal_pointer(text) : NULL;
}

static char *trimmed_text(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = stated_text(value, lost);

	return text ? text_trim(text) : NULL;
}

char *fedramp_line(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = stated_text(value, lost);

	return text ? text_line(text) : NULL;
}

char *fedramp_block(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = stated_text(value, lost);

	return text ? text_block(text) : NULL;
}

char *fedramp_slug(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = stated_text(value, lost);
	char *word = text ? text_word(text) : NULL;

	*lost |= text && !word;
	return word;
}

char *fedramp_id(const cJSON *value, bool *lost)
{
	char *id;

	if (!cJSON_IsObject(value))
		return trimmed_text(value, lost);
	id = trimmed_text(fedramp_member(value, "fedramp_id id"), lost);
	*lost |= !id;
	return id;
}

static char *format_date(int64_t year, int month, int day)
{
	char date[DAY_TEXT_SIZE];

	if (!is_civil_date(year, month, day))
		return NULL;
	day_format(days_from_civil(year, month, day), date);
	return xstrdup(date);
}

static char *parse_date(const char *text)
{
	char date[sizeof("YYYY-MM-DD")];
	int year, month, day, length = 0;
	int64_t days;

	(void)snprintf(date, sizeof(date), "%.10s", text);
	if (day_parse(date, &days) == 0 && strchr("Tt ", text[10]))
		return xstrdup(date);
	if (sscanf(text, "%2d/%2d/%4d%n", &month, &day, &year, &length) == 3 &&
	    text[length] == '\0')
		return format_date(year, month, day);
	return NULL;
}

char *fedramp_date(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = cJSON_IsNumber(value) ? NULL : trimmed_text(value, lost);
	char *date = text ? parse_date(text) : NULL;

	*lost |= cJSON_IsNumber(value) || (text && !date);
	return date;
}

char *fedramp_yearly(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = cJSON_IsString(value) ? trimmed_text(value, lost) : NULL;
	int month, day, length = 0;

	if (text && sscanf(text, "%2d/%2d%n", &month, &day, &length) == 2 && text[length] == '\0' &&
	    is_civil_date(2000, month, day))
		return xasprintf("--%02d-%02d", month, day);
	return fedramp_date(value, lost);
}

char *fedramp_yes_no(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text = NULL;

	if (cJSON_IsBool(value))
		return xstrdup(cJSON_IsTrue(value) ? "yes" : "no");
	text = trimmed_text(value, lost);
	if (!text)
		return NULL;
	if (strcasecmp(text, "yes") == 0 || strcasecmp(text, "true") == 0)
		return xstrdup("yes");
	if (strcasecmp(text, "no") == 0 || strcasecmp(text, "false") == 0)
		return xstrdup("no");
	*lost = true;
	return NULL;
}

/* A list while it is read: its items as lines. */
struct lines {
	struct buffer text;
	bool known; /* it is said what is on it, be it nothing */
	bool *lost;
};

static void add_line(struct lines *lines, const char *text)
{
	if (lines->text.length > 0)
		buffer_text(&lines->text, "\n");
	buffer_text(&lines->text, text);
}

static char *finish_lines(struct lines *lines)
{
	if (lines->text.length == 0) {
		buffer_release(&lines->text);
		return lines->known ? xstrdup("") : NULL;
	}
	return lines->text.bytes;
}

typedef char *item_function(const cJSON *item, bool *lost);

static char *line_item(const cJSON *item, bool *lost)
{
	char *name;

	if (!cJSON_IsObject(item))
		return trimmed_text(item, lost);
	name = trimmed_text(json_member(item, "name"), lost);
	*lost |= !name;
	return name;
}

static void read_items(struct lines *lines, const cJSON *list, item_function *read)
{
	const cJSON *item;

	lines->known = true;
	cJSON_ArrayForEach(item, list)
	{
		_cleanup_free_ char *text = read(item, lines->lost);
		bool empty = cJSON_IsString(item) &&
			     strspn(item->valuestring, " \t\r\n") == strlen(item->valuestring);

		if (text)
			add_line(lines, text);
		lines->known &= text || empty;
	}
}

/* A text where a list should be: its items are what stands between the separators. */
static void read_text(struct lines *lines, const cJSON *value, const char *separators,
		      item_function *read)
{
	_cleanup_free_ char *text = trimmed_text(value, lines->lost), *raw = NULL;
	char *rest = NULL;

	if (!text)
		return;
	/* A number may be how many there are. */
	if (cJSON_IsNumber(value) ? read != fedramp_id
				  : strchr(text, ',') && !strchr(separators, ',')) {
		*lines->lost = true;
		return;
	}
	raw = raw_text(value, lines->lost);
	for (char *part = strtok_r(raw, separators, &rest); part;
	     part = strtok_r(NULL, separators, &rest)) {
		const cJSON item = {.type = cJSON_String, .valuestring = part};
		_cleanup_free_ char *line = read(&item, lines->lost);

		if (line)
			add_line(lines, line);
	}
}

static char *read_list(const cJSON *value, const char *separators, item_function *read,
		       bool *lost) /* NOLINT(readability-non-const-parameter): lines writes it */
{
	struct lines lines = {.lost = lost};

	if (cJSON_IsArray(value))
		read_items(&lines, value, read);
	else
		read_text(&lines, value, separators, read);
	return finish_lines(&lines);
}

char *fedramp_list_of_lines(const cJSON *value, bool *lost)
{
	return read_list(value, ";\r\n", line_item, lost);
}

char *fedramp_list_of_slugs(const cJSON *value, bool *lost)
{
	return read_list(value, ";,/\r\n", fedramp_slug, lost);
}

char *fedramp_list_of_ids(const cJSON *value, bool *lost)
{
	if (cJSON_IsObject(value))
		return fedramp_id(value, lost);
	return read_list(value, ";,\r\n", fedramp_id, lost);
}

/* A page's address, in which nobody's name, password or mail address stands. */
static bool is_page(const char *text)
{
	size_t scheme = strspn(text, "https");

	return (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) &&
	       strcspn(text + scheme + 3, "/?#") > 0 && !strpbrk(text, "@ \t\r\n");
}

char *fedramp_address(const cJSON *value, bool *lost)
{
	_cleanup_free_ char *text =
		trimmed_text(cJSON_IsObject(value) ? json_member(value, "url") : value, lost);

	if (!text || is_page(text))
		return steal_pointer(text);
	*lost = true;
	return NULL;
}

static char *resource_id(const cJSON *item, bool *lost)
{
	const cJSON *id = json_member(item, "fedRampCertifiedThirdPartyInformationResource");

	return fedramp_id(id ? id : item, lost);
}

char *fedramp_resources(const cJSON *value, bool *lost)
{
	if (cJSON_IsObject(value))
		value = json_member(value, "certified");
	if (!value || cJSON_IsArray(value))
		return read_list(value, "", resource_id, lost);
	*lost = !cJSON_IsNull(value);
	return NULL;
}

/* What isn't in the scope is left out; without a word on it, it is. */
static bool is_in_scope(const cJSON *item)
{
	return !cJSON_IsFalse(json_member(item, "includedInMinimumAssessmentScope"));
}

static char *certified_name(const cJSON *item, bool *lost)
{
	if (!cJSON_IsObject(item))
		return trimmed_text(item, lost);
	return trimmed_text(fedramp_member(item, "serviceName name"), lost);
}

static char *read_certified(const cJSON *value, bool categories, bool *lost)
{
	struct lines lines = {.lost = lost};
	const cJSON *item;

	if (!cJSON_IsArray(value))
		return fedramp_list_of_lines(value, lost);
	cJSON_ArrayForEach(item, value)
	{
		_cleanup_free_ char *name = certified_name(item, lost), *category = NULL;

		if (!name || !is_in_scope(item))
			continue;
		category = trimmed_text(fedramp_member(item, "securityCategory category"), lost);
		add_line(&lines, "");
		if (!categories) {
			buffer_text(&lines.text, name);
			continue;
		}
		buffer_tsv_field(&lines.text, name);
		buffer_text(&lines.text, "\t");
		buffer_tsv_field(&lines.text, category ? category : "");
	}
	return finish_lines(&lines);
}

char *fedramp_certified_services(const cJSON *value, bool *lost)
{
	return read_certified(value, false, lost);
}

char *fedramp_certified_categories(const cJSON *value, bool *lost)
{
	return read_certified(value, true, lost);
}

static char *log_row(const cJSON *item, bool *lost)
{
	static const char *const members[] = {"date", "category", "description"};
	_cleanup_buffer_ struct buffer row = {0};

	if (!cJSON_IsObject(item)) {
		*lost = true;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const cJSON *value = json_member(item, members[i]);
		_cleanup_free_ char *text =
			i == 0 ? fedramp_date(value, lost) : trimmed_text(value, lost);

		buffer_text(&row, i > 0 ? "\t" : "");
		buffer_tsv_field(&row, text ? text : "");
	}
	return steal_pointer(row.bytes);
}

char *fedramp_event_log(const cJSON *value, bool *lost)
{
	if (!value || cJSON_IsArray(value))
		return read_list(value, "", log_row, lost);
	*lost = !cJSON_IsNull(value);
	return NULL;
}
