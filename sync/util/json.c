#include "util/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "store_limits.h"
#include "util/memory.h"
#include "util/text/page.h"
#include "util/text/text.h"

/* What brackets and quotes say about a text, before anything is made of it. */
struct outline {
	size_t deepest; /* the greatest nesting */
	size_t values;	/* an empty object or array counts as two */
	bool open;	/* it ends within a string or a bracket */
};

/* The first such byte at `from` or behind it; length when there is none. */
static size_t find(const unsigned char *json, unsigned char byte, size_t from, size_t length)
{
	const unsigned char *found =
		from < length ? memchr(json + from, byte, length - from) : NULL;

	return found ? (size_t)(found - json) : length;
}

/* Where a string ends whose text begins at `from`: its quote, or length. */
static size_t string_end(const unsigned char *json, size_t from, size_t length)
{
	size_t quote = find(json, '"', from, length), escape;

	while ((escape = find(json, '\\', from, quote)) < quote) {
		from = escape + 2;
		if (from > quote)
			quote = find(json, '"', from, length);
	}
	return quote;
}

static struct outline outline_of(const unsigned char *json, size_t length)
{
	struct outline outline = {.values = 1};
	size_t depth = 0;

	for (size_t i = 0; i < length; i++) {
		switch (json[i]) {
		case '"':
			i = string_end(json, i + 1, length);
			outline.open = i >= length;
			break;
		case '{':
		case '[':
			depth++;
			outline.values++;
			if (depth > outline.deepest)
				outline.deepest = depth;
			break;
		case '}':
		case ']': depth -= depth > 0; break;
		case ',': outline.values++; break;
		default: break;
		}
	}
	outline.open |= depth > 0;
	return outline;
}

size_t json_count_values(const unsigned char *bytes, size_t length)
{
	return outline_of(bytes, length).values;
}

size_t json_values_limit(size_t length)
{
	size_t limit = LIMIT_JSON_VALUES_SHORT + length / LIMIT_JSON_BYTES_PER_VALUE;

	return limit < LIMIT_JSON_VALUES ? limit : LIMIT_JSON_VALUES;
}

static bool is_blank(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t')
			return false;
	return true;
}

int json_parse(unsigned char *bytes, size_t length, struct reason *reason, cJSON **json)
{
	const char *end = NULL;
	struct outline outline;

	if (is_blank(bytes, length))
		return reason_refuse(reason,
				     translate_counted(length,
						       "the publication is empty (%zu byte)",
						       "the publication is empty (%zu bytes)"),
				     length);
	if (page_refuse(bytes, length, reason) < 0)
		return -EBADMSG;
	if (!text_is_utf8(bytes, length))
		return reason_refuse(reason, "it is not UTF-8 text");
	/* cJSON reads on behind a NUL in a string; the string's users don't. */
	if (memchr(bytes, '\0', length))
		return reason_refuse(reason, "it is not text: it holds a NUL byte");
	outline = outline_of(bytes, length);
	if (outline.deepest > LIMIT_JSON_DEPTH)
		return reason_refuse(reason, "its JSON is nested deeper than %d levels",
				     LIMIT_JSON_DEPTH);
	if (outline.values > json_values_limit(length))
		return reason_refuse(
			reason, "its JSON holds more than %zu values in %zu bytes, as no list does",
			json_values_limit(length), length);
	(void)text_defuse_json(bytes, length);
	/* The NUL behind the bytes is part of what cJSON may look at. */
	*json = cJSON_ParseWithLengthOpts((const char *)bytes, length + 1, &end, 1);
	if (*json)
		return 0;
	if (outline.open)
		return reason_refuse(
			reason,
			translate_counted(
				length,
				"its JSON is cut off: it ends within a value, after %zu byte",
				"its JSON is cut off: it ends within a value, after %zu bytes"),
			length);
	return reason_refuse(reason, "it is not JSON (error at byte %zu of %zu)",
			     end ? (size_t)(end - (const char *)bytes) : 0, length);
}

const cJSON *json_member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *json_text(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(json_member(object, name));

	return text ? text : "";
}

static int by_name(const void *left, const void *right)
{
	const cJSON *const *a = left, *const *b = right;

	return strcmp((*a)->string, (*b)->string);
}

/* The members of an object, or none, sorted by their names. The caller frees them. */
static const cJSON **sort_members(const cJSON *object, size_t *count)
{
	const cJSON **members, *member;

	*count = 0;
	cJSON_ArrayForEach(member, object)(*count)++;
	members = xmalloc(*count * sizeof(const cJSON *));
	*count = 0;
	cJSON_ArrayForEach(member, object) members[(*count)++] = member;
	qsort(members, *count, sizeof(const cJSON *), by_name);
	return members;
}

/* Two neighbours of the sorted members that have one name, or NULL. */
static const cJSON *find_repeated(const cJSON *const *members, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(members[i - 1]->string, members[i]->string) == 0)
			return members[i];
	return NULL;
}

int json_refuse_repeated(struct reason *reason, const cJSON *object)
{
	_cleanup_free_ const cJSON **members = NULL;
	const cJSON *member;
	size_t count;

	if (!cJSON_IsObject(object) || !object->child || !object->child->next)
		return 0;
	members = sort_members(object, &count);
	member = find_repeated(members, count);
	if (!member)
		return 0;
	return reason_refuse(reason, "it states '%.60s' twice in one object: either may be meant",
			     member->string);
}

int json_refuse_repeated_within(struct reason *reason, const cJSON *node)
{
	const cJSON *child;
	int r = json_refuse_repeated(reason, node);

	cJSON_ArrayForEach(child, node)
	{
		if (r < 0)
			return r;
		r = json_refuse_repeated_within(reason, child);
	}
	return r;
}

static bool is_equal_object(const cJSON *left, const cJSON *right)
{
	_cleanup_free_ const cJSON **ours = NULL, **theirs = NULL;
	size_t count, other;

	ours = sort_members(left, &count);
	theirs = sort_members(right, &other);
	if (count != other)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(ours[i]->string, theirs[i]->string) != 0 ||
		    !json_equal(ours[i], theirs[i]))
			return false;
	return true;
}

static bool is_equal_array(const cJSON *left, const cJSON *right)
{
	const cJSON *a = left->child, *b = right->child;

	for (; a && b; a = a->next, b = b->next)
		if (!json_equal(a, b))
			return false;
	return a == b;
}

bool json_equal(const cJSON *left, const cJSON *right)
{
	/* The other bits say who owns the memory. */
	if ((left->type & 0xff) != (right->type & 0xff))
		return false;
	if (cJSON_IsObject(left))
		return is_equal_object(left, right);
	if (cJSON_IsArray(left))
		return is_equal_array(left, right);
	if (cJSON_IsString(left))
		return strcmp(left->valuestring, right->valuestring) == 0;
	return !cJSON_IsNumber(left) || left->valuedouble == right->valuedouble;
}

int json_refuse_unknown(struct reason *reason, const cJSON *object, const char *what,
			const char *const *names)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		const char *const *name = names;

		while (*name && strcmp(*name, member->string) != 0)
			name++;
		if (!*name)
			return reason_refuse(reason, "%s: '%.60s' is not a member that it may have",
					     what, member->string);
	}
	return 0;
}
