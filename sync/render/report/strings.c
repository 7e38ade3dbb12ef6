#include "render/report/strings.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/memory.h"

/* A string that stands so often gets one of the first places, which have fewer digits. */
#define COMMON_COUNT 16
/* Digits of a place. */
#define PLACE_LENGTH 4
/* Rows that are looked at for a string. Strings of one hash, which a stranger can make, would want
 * each other's. */
#define PROBES_MAX 64

struct string {
	const char *text; /* with its quotes */
	size_t length, count;
	size_t place; /* in the table; 0: in none */
};

/* A hash table of so many places, a power of 2, at most seven eighths full. */
struct strings {
	struct string *rows;
	size_t capacity;
};

static void strings_release(struct strings *strings)
{
	free(strings->rows);
}

static struct strings strings_of(size_t count)
{
	struct strings strings = {.capacity = 16};

	while (strings.capacity / 8 * 7 <= count)
		strings.capacity *= 2;
	strings.rows = xcalloc(strings.capacity, sizeof(*strings.rows));
	return strings;
}

/* The next string of a text, and what is before it; NULL at the end. */
static const char *next_string(const char *rest, size_t *length)
{
	const char *begin = strchr(rest, '"'), *end;

	if (!begin)
		return NULL;
	for (end = begin + 1; *end != '"'; end++)
		end += *end == '\\';
	*length = (size_t)(end + 1 - begin);
	return begin;
}

/* FNV-1a. */
static uint32_t hash(const char *text, size_t length)
{
	uint64_t value = 0x811c9dc5;

	for (size_t i = 0; i < length; i++)
		value = ((value ^ (unsigned char)text[i]) * 0x01000193) & UINT32_MAX;
	return (uint32_t)value;
}

/* Its row, or an empty one where it isn't there; NULL: too many others are in the way, so it stays
 * as it is. */
static struct string *find(const struct strings *strings, const char *text, size_t length)
{
	size_t mask = strings->capacity - 1, first = hash(text, length);

	for (size_t i = 0; i < PROBES_MAX; i++) {
		struct string *row = &strings->rows[(first + i) & mask];

		if (!row->text || (row->length == length && memcmp(row->text, text, length) == 0))
			return row;
	}
	return NULL;
}

static void count_strings(const char *json, const struct strings *strings)
{
	const char *text;
	size_t length;

	for (; (text = next_string(json, &length)); json = text + length) {
		struct string *string = find(strings, text, length);

		if (!string)
			continue;
		if (!string->text)
			*string = (struct string){.text = text, .length = length};
		string->count++;
	}
}

/* Whether the text is shorter with a place for it. */
static bool is_shared(const struct string *string)
{
	return string->text && (string->count - 1) * string->length > string->count * PLACE_LENGTH;
}

static bool is_common(const struct string *string)
{
	return string->count >= COMMON_COUNT;
}

static size_t number_of_strings(const char *json)
{
	size_t length, count = 0;
	const char *text;

	for (; (text = next_string(json, &length)); json = text + length)
		count++;
	return count;
}

static void put_places(const struct strings *places, struct buffer *table)
{
	for (size_t i = 0; i < places->capacity; i++) {
		buffer_text(table, table->bytes[table->length - 1] == '[' ? "" : ",");
		buffer_text(table, i % 16 == 0 ? "\n" : "");
		if (places->rows[i].text)
			buffer_append(table, places->rows[i].text, places->rows[i].length);
		else
			buffer_text(table, "0");
	}
}

/* Gives places from `first` on to the common strings, or to the others, in the order in which they
 * stand in the text. Place 0 stays empty: it is "none". Returns the first place behind them. */
static size_t share(const char *json, const struct strings *all, bool common, size_t first,
		    struct buffer *table)
{
	__attribute__((cleanup(strings_release))) struct strings places = {0};
	size_t length, count = 0;
	const char *text;

	for (size_t i = 0; i < all->capacity; i++)
		count += is_shared(&all->rows[i]) && is_common(&all->rows[i]) == common;
	places = strings_of(count);
	if (first == 0)
		places.rows[0] = (struct string){.text = "0", .length = 1};
	for (; (text = next_string(json, &length)); json = text + length) {
		struct string *string = find(all, text, length), *place;

		if (!string || string->place > 0 || !is_shared(string) ||
		    is_common(string) != common)
			continue;
		place = find(&places, text, length);
		if (!place)
			continue;
		*place = *string;
		string->place = first + (size_t)(place - places.rows);
	}
	put_places(&places, table);
	return first + places.capacity;
}

void strings_share(const struct buffer *json, struct buffer *table, struct buffer *shared)
{
	const char *rest = json->bytes ? json->bytes : "", *text;
	__attribute__((cleanup(strings_release))) struct strings all =
		strings_of(number_of_strings(rest));
	size_t length, first;

	count_strings(rest, &all);
	buffer_text(table, "[");
	first = share(rest, &all, true, 0, table);
	(void)share(rest, &all, false, first, table);
	buffer_text(table, "]");
	for (; (text = next_string(rest, &length)); rest = text + length) {
		const struct string *string = find(&all, text, length);

		buffer_append(shared, rest, (size_t)(text - rest));
		if (string && string->place > 0)
			buffer_printf(shared, "%zu", string->place);
		else
			buffer_append(shared, text, length);
	}
	buffer_text(shared, rest);
}
