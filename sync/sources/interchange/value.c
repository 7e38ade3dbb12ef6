#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "util/json.h"
#include "stage/publication.h"
#include "stage/table.h"
#include "util/text/text.h"
#include "common/timestamp.h"

/* Which fields an object may state; those that ismap-sync derives itself are on no list. */
static bool is_allowed(enum interchange_kind kind, int field)
{
	static const int provider_fields[] = {
		FIELD_NAME_EN, FIELD_URL,      FIELD_DESCRIPTION, FIELD_SMALL_BUSINESS,
		FIELD_UEI,     FIELD_EVIDENCE, FIELD_NOTE,	  FIELD_SYS_ID,
	};
	static const int worked_out[] = {
		FIELD_NUMBER,	      FIELD_PROVIDER_NAME,
		FIELD_CONTROLS_BASIS, FIELD_LEVERAGES_UNLISTED,
		FIELD_IN_FORCE,	      FIELD_IN_FORCE_BASIS,
	};

	if (field >= FIELD_FIRST_EXTRA)
		return true;
	switch (kind) {
	case INTERCHANGE_SERVICE:
		for (size_t i = 0; i < sizeof(worked_out) / sizeof(worked_out[0]); i++)
			if (field == worked_out[i])
				return false;
		return (field >= FIELD_NAME && field <= FIELD_CERTIFIED_SERVICES) ||
		       (field >= FIELD_CERTIFIED_SERVICES_TABLE && field <= FIELD_TRUST_CENTER);
	case INTERCHANGE_PROVIDER:
		for (size_t i = 0; i < sizeof(provider_fields) / sizeof(provider_fields[0]); i++)
			if (field == provider_fields[i])
				return true;
		return false;
	case INTERCHANGE_CONTROL:
		return (field >= FIELD_TITLE && field <= FIELD_WITHDRAWN) ||
		       field == FIELD_TITLE_EN || field == FIELD_DESCRIPTION ||
		       field == FIELD_NOTE || field == FIELD_URL;
	}
	return false;
}

/* a-z and 0-9, with single hyphens inside; fit for a directory's name. */
static bool is_word(const char *text)
{
	bool wants_letter = true;

	if (strnlen(text, TEXT_WORD_MAX + 1) > TEXT_WORD_MAX || text_is_device(text))
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '-' && !wants_letter)
			wants_letter = true;
		else if ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9'))
			wants_letter = false;
		else
			return false;
	}
	return !wants_letter;
}

/* YYYY, YYYY-MM, YYYY-MM-DD; for the yearly day also --MM-DD. */
static bool is_date(const char *text, int field)
{
	char whole[DAY_TEXT_SIZE];
	int64_t days;

	if (field == FIELD_ANNUAL_ASSESSMENT && strncmp(text, "--", 2) == 0)
		(void)snprintf(whole, sizeof(whole), "2000%.8s", text + 1);
	else if (strlen(text) == 4)
		(void)snprintf(whole, sizeof(whole), "%.4s-01-01", text);
	else if (strlen(text) == 7)
		(void)snprintf(whole, sizeof(whole), "%.7s-01", text);
	else
		(void)snprintf(whole, sizeof(whole), "%.11s", text);
	return day_parse(whole, &days) == 0;
}

static int check_type(struct publication *publication, const char *where, const char *name,
		      int field, const char *type, const char *text)
{
	if (strcmp(type, "word") == 0 && !is_word(text))
		return publication_refuse(
			publication, "%s: %s is not one short word of a-z, 0-9 and '-': '%.60s'",
			where, name, text);
	if (strcmp(type, "date") == 0 && text[0] != '\0' && !is_date(text, field))
		return publication_refuse(publication, "%s: %s is not a date: '%.60s'", where, name,
					  text);
	if (strcmp(type, "yes-no") == 0 && strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return publication_refuse(publication, "%s: %s is neither yes nor no: '%.60s'",
					  where, name, text);
	return 0;
}

/* An array of strings as lines. */
static int join_list(struct publication *publication, const char *where, const cJSON *member,
		     struct buffer *lines)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, member)
	{
		_cleanup_free_ char *line = NULL;

		if (!cJSON_IsString(item))
			return publication_refuse(publication,
						  "%s: %s holds something that is not text", where,
						  member->string);
		line = text_line(item->valuestring);
		buffer_printf(lines, "%s%s", lines->length > 0 ? "\n" : "", line);
	}
	buffer_text(lines, "");
	return 0;
}

static int put_cell(struct publication *publication, const char *where, const cJSON *row,
		    const struct table_column *column, struct buffer *rows)
{
	const cJSON *member = json_member(row, column->name);
	_cleanup_free_ char *text = NULL;
	int r;

	if (member && !cJSON_IsString(member) && !cJSON_IsNull(member))
		return publication_refuse(publication, "%s: %s is not text", where, column->name);
	text = text_line(json_text(row, column->name));
	if (text[0] == '\0' && column->required)
		return publication_refuse(publication, "%s: a row states no %s", where,
					  column->name);
	r = text[0] == '\0' ? 0
			    : check_type(publication, where, column->name, 0, column->type, text);
	if (r == 0)
		buffer_tsv_field(rows, text);
	return r;
}

/* An array of objects as a table, whose headings are their members. */
static int join_table(struct publication *publication, const char *where, const cJSON *member,
		      const struct table_column *columns, struct buffer *text)
{
	const char *names[TABLE_COLUMNS_MAX + 1] = {NULL};
	const cJSON *row;

	for (size_t i = 0; columns[i].name; i++)
		names[i] = columns[i].name;
	if (member->child)
		table_put_headings(text, columns);
	cJSON_ArrayForEach(row, member)
	{
		int r;

		if (!cJSON_IsObject(row))
			return publication_refuse(publication,
						  "%s: %s holds something that is not an object",
						  where, member->string);
		r = json_refuse_unknown(publication->reason, row, member->string, names);
		for (size_t i = 0; r == 0 && columns[i].name; i++) {
			buffer_text(text, i > 0 ? "\t" : "");
			r = put_cell(publication, where, row, &columns[i], text);
		}
		if (r < 0)
			return r;
		buffer_text(text, row->next ? "\n" : "");
	}
	buffer_text(text, "");
	return 0;
}

static int stage_text(struct staging *staging, struct publication *publication, int64_t sid,
		      const char *where, const cJSON *member, int field, const char *type)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (!cJSON_IsString(member))
		return publication_refuse(publication, "%s: %s is not text", where, member->string);
	text = strcmp(type, "text") == 0 ? text_block(member->valuestring)
					 : text_line(member->valuestring);
	r = check_type(publication, where, member->string, field, type, text);
	return r < 0 ? r : staging_value(staging, sid, field, text);
}

/* ASCII with hyphens and full stops, or a slug in any script. */
static bool is_extra_name(const char *name)
{
	const char *rest = name + strlen("extra.");
	_cleanup_free_ char *slug = NULL;

	if (!staging_is_extra(name) || rest[0] == '\0' || strlen(name) > 100)
		return false;
	if (strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(rest))
		return true;
	slug = text_slug(rest);
	return slug && strcmp(slug, rest) == 0;
}

int interchange_stage_value(struct staging *staging, struct publication *publication,
			    enum interchange_kind kind, int64_t sid, const char *where,
			    const cJSON *member)
{
	_cleanup_buffer_ struct buffer lines = {0};
	char type[FIELD_TYPE_SIZE] = "";
	int field, r = -ENOENT;

	if (cJSON_IsNull(member))
		return 0;
	if (!staging_is_extra(member->string) || is_extra_name(member->string))
		r = staging_field(staging, member->string, &field, type);
	if (r == -ENOENT || (r == 0 && !is_allowed(kind, field)))
		return publication_refuse(publication,
					  "%s: '%.60s' is not a member that it may have", where,
					  member->string);
	if (r < 0)
		return r;
	if (strcmp(type, "table") == 0 && cJSON_IsArray(member)) {
		r = join_table(publication, where, member, table_columns(field), &lines);
		return r < 0 || lines.length == 0 ? r
						  : staging_value(staging, sid, field, lines.bytes);
	}
	if (strcmp(type, "list") != 0 && strcmp(type, "table") != 0 &&
	    (field < FIELD_FIRST_EXTRA || !cJSON_IsArray(member)))
		return stage_text(staging, publication, sid, where, member, field, type);
	if (!cJSON_IsArray(member))
		return publication_refuse(publication, "%s: %s is not an array", where,
					  member->string);
	r = join_list(publication, where, member, &lines);
	return r < 0 ? r : staging_value(staging, sid, field, lines.bytes);
}
