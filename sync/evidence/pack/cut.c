#include "evidence/pack/cut.h"

#include <string.h>

#include "query/fold.h"
#include "util/json.h"
#include "util/memory.h"

#define INDENT 2

static void put_value(struct buffer *text, const cJSON *value, int depth);

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

/* An object or an array, whose empty one is short. */
static void put_members(struct buffer *text, const cJSON *value, int depth)
{
	bool object = cJSON_IsObject(value);
	const char *separator = "";
	const cJSON *member;

	buffer_text(text, object ? "{" : "[");
	cJSON_ArrayForEach(member, value)
	{
		buffer_text(text, separator);
		put_line(text, depth + 1);
		if (object) {
			put_string(text, member->string);
			buffer_text(text, ": ");
		}
		put_value(text, member, depth + 1);
		separator = ",";
	}
	if (separator[0] != '\0')
		put_line(text, depth);
	buffer_text(text, object ? "}" : "]");
}

static void put_value(struct buffer *text, const cJSON *value, int depth)
{
	_cleanup_free_ char *printed = NULL;

	if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
		put_members(text, value, depth);
	} else if (cJSON_IsString(value)) {
		put_string(text, value->valuestring);
	} else {
		printed = cJSON_PrintUnformatted(value);
		if (!printed)
			out_of_memory();
		buffer_text(text, printed);
	}
}

/* Removes from a copy of a record what is left out. */
static void leave_out(cJSON *record, const struct record_place *place)
{
	cJSON *fields =
		place->fields ? cJSON_GetObjectItemCaseSensitive(record, place->fields) : NULL;
	cJSON *next;

	for (size_t i = 0; i < RECORD_PERSONAL_MAX && place->personal[i]; i++)
		cJSON_DeleteItemFromObjectCaseSensitive(record, place->personal[i]);
	for (cJSON *field = fields ? fields->child : NULL; field; field = next) {
		next = field->next;
		if (!json_member(field, RECORD_FIELD_NAME))
			cJSON_Delete(cJSON_DetachItemViaPointer(fields, field));
	}
}

static void put_record(struct buffer *text, const cJSON *record, const struct record_place *place)
{
	_cleanup_json_ cJSON *copy = cJSON_Duplicate(record, true);

	if (!copy)
		out_of_memory();
	leave_out(copy, place);
	put_value(text, copy, 0);
}

struct cutting {
	const struct record_place *place;
	char *number; /* folded */
	struct buffer *records, *filter;
	size_t count;
};

/* The number that a record has; "": none. */
static const char *number_of(const cJSON *record, const struct record_place *place)
{
	const cJSON *field;

	if (!place->number)
		return record->string ? record->string : "";
	if (!place->fields)
		return json_text(record, place->number);
	cJSON_ArrayForEach(field, json_member(record, place->fields))
	{
		if (strcmp(json_text(field, RECORD_FIELD_NAME), place->number) == 0)
			return json_text(field, RECORD_FIELD_VALUE);
	}
	return "";
}

static void take(struct cutting *cutting, const cJSON *record, const char *where)
{
	_cleanup_free_ char *number = NULL;

	if (!cJSON_IsObject(record))
		return;
	number = query_fold(number_of(record, cutting->place));
	if (strcmp(number, cutting->number) != 0)
		return;
	buffer_printf(cutting->filter, "%s%s", cutting->count++ > 0 ? ", " : "", where);
	put_record(cutting->records, record, cutting->place);
	buffer_text(cutting->records, "\n");
}

/* path: what is left of it; where: the way so far, as jq writes it. */
static void search(struct cutting *cutting, const cJSON *value, const char *path, const char *where)
{
	static const char each[] = "[]";
	size_t length = strcspn(path, ".[");
	const cJSON *child;
	size_t index = 0;

	if (!value || *path == '\0') {
		if (value)
			take(cutting, value, where);
		return;
	}
	if (strncmp(path, each, strlen(each)) != 0) {
		_cleanup_free_ char *name = xstrndup(path, length);
		_cleanup_free_ char *further = xasprintf("%s.%s", where, name);

		path += length + (path[length] == '.');
		search(cutting, json_member(value, name), path, further);
		return;
	}
	path += strlen(each);
	path += *path == '.';
	cJSON_ArrayForEach(child, value)
	{
		_cleanup_buffer_ struct buffer further = {0};

		buffer_printf(&further, "%s[", where);
		if (child->string)
			put_string(&further, child->string);
		else
			buffer_printf(&further, "%zu", index);
		buffer_text(&further, "]");
		search(cutting, child, path, further.bytes);
		index++;
	}
}

/* What is left out of each record, which need not have it. */
static void put_without(struct buffer *filter, const struct record_place *place)
{
	for (size_t i = 0; i < RECORD_PERSONAL_MAX && place->personal[i]; i++)
		buffer_printf(filter, "%s.%s", i == 0 ? " | del(" : ", ", place->personal[i]);
	if (place->personal[0])
		buffer_text(filter, ")");
	if (place->fields)
		buffer_printf(filter, " | .%s |= map(select(.%s))", place->fields,
			      RECORD_FIELD_NAME);
}

size_t cut_records(const cJSON *document, const struct record_place *place, const char *number,
		   struct buffer *records, struct buffer *filter)
{
	_cleanup_free_ char *folded = query_fold(number);
	struct cutting cutting = {
		.place = place,
		.number = folded,
		.records = records,
		.filter = filter,
	};

	search(&cutting, document, place->path, "");
	if (cutting.count > 0)
		put_without(filter, place);
	return cutting.count;
}
