#include "evidence/pack/cut.h"

#include <string.h>

#include "query/fold.h"
#include "util/json.h"
#include "util/memory.h"

#define INDENT 2

static void put_value(struct buffer *text, const cJSON *value, const char *const *without,
		      int depth);

/* As jq writes it. */
static void put_string(struct buffer *text, const char *string)
{
	static const char escaped[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";

	buffer_text(text, "\"");
	for (; *string != '\0'; string++) {
		const char *found = strchr(escaped, *string);

		if (found)
			buffer_printf(text, "\\%c", letters[found - escaped]);
		else if ((unsigned char)*string < ' ' || *string == 0x7f)
			buffer_printf(text, "\\u%04x", (unsigned char)*string);
		else
			buffer_append(text, string, 1);
	}
	buffer_text(text, "\"");
}

static void put_line(struct buffer *text, int depth)
{
	buffer_text(text, "\n");
	for (int i = 0; i < depth * INDENT; i++)
		buffer_text(text, " ");
}

static bool is_left_out(const cJSON *member, const char *const *without)
{
	for (size_t i = 0; without && i < RECORD_PERSONAL_MAX && without[i]; i++)
		if (strcmp(member->string, without[i]) == 0)
			return true;
	return false;
}

/* An object or an array, whose empty one is short. */
static void put_members(struct buffer *text, const cJSON *value, const char *const *without,
			int depth)
{
	bool object = cJSON_IsObject(value);
	const char *separator = "";
	const cJSON *member;

	buffer_text(text, object ? "{" : "[");
	cJSON_ArrayForEach(member, value)
	{
		if (object && is_left_out(member, without))
			continue;
		buffer_text(text, separator);
		put_line(text, depth + 1);
		if (object) {
			put_string(text, member->string);
			buffer_text(text, ": ");
		}
		put_value(text, member, NULL, depth + 1);
		separator = ",";
	}
	if (separator[0] != '\0')
		put_line(text, depth);
	buffer_text(text, object ? "}" : "]");
}

static void put_value(struct buffer *text, const cJSON *value, const char *const *without,
		      int depth)
{
	_cleanup_free_ char *printed = NULL;

	if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
		put_members(text, value, without, depth);
	} else if (cJSON_IsString(value)) {
		put_string(text, value->valuestring);
	} else {
		printed = cJSON_PrintUnformatted(value);
		if (!printed)
			out_of_memory();
		buffer_text(text, printed);
	}
}

static const cJSON *find_records(const cJSON *document, const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);
	char *rest = copy, *name;

	while (document && (name = strsep(&rest, ".")))
		document = json_member(document, name);
	return document;
}

static bool has_number(const cJSON *record, const struct record_place *place, const char *folded)
{
	const char *text = place->number ? json_text(record, place->number) : record->string;
	_cleanup_free_ char *number = query_fold(text ? text : "");

	return strcmp(number, folded) == 0;
}

/* The members that the record has and that are left out. */
static void put_without(struct buffer *filter, const cJSON *record,
			const struct record_place *place)
{
	const char *separator = " | del(.";

	for (size_t i = 0; i < RECORD_PERSONAL_MAX && place->personal[i]; i++) {
		if (!json_member(record, place->personal[i]))
			continue;
		buffer_printf(filter, "%s%s", separator, place->personal[i]);
		separator = ", .";
	}
	if (separator[0] == ',')
		buffer_text(filter, ")");
}

size_t cut_records(const cJSON *document, const struct record_place *place, const char *number,
		   struct buffer *records, struct buffer *filter)
{
	const cJSON *found = find_records(document, place->path), *record, *first = NULL;
	_cleanup_free_ char *folded = query_fold(number);
	size_t count = 0, index = 0;

	buffer_printf(filter, ".%s[", place->path);
	cJSON_ArrayForEach(record, found)
	{
		if (cJSON_IsObject(record) && has_number(record, place, folded)) {
			buffer_text(filter, count++ > 0 ? "," : "");
			if (place->number)
				buffer_printf(filter, "%zu", index);
			else
				buffer_json_string(filter, record->string);
			put_value(records, record, place->personal, 0);
			buffer_text(records, "\n");
			first = first ? first : record;
		}
		index++;
	}
	buffer_text(filter, "]");
	if (first)
		put_without(filter, first, place);
	return count;
}
