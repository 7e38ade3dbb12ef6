#include "sources/table/published.h"

#include <errno.h>
#include <string.h>

#include <curl/curl.h>

#include "sources/table/date.h"

static bool is_stated(const struct table_map *map, const char *name)
{
	return strcmp(table_map_value(map, "published", name), "yes") == 0;
}

/* The first day that a cell above the headings names. */
static int find_above(const struct table_map *map, const struct sheet *sheet, size_t headings,
		      struct reason *reason, char published[static TIMESTAMP_TEXT_SIZE])
{
	char date[DAY_TEXT_SIZE], place[SHEET_PLACE_SIZE];

	for (size_t row = 0; row < headings; row++)
		for (size_t i = 0; i < sheet_width(sheet, row); i++) {
			int r = table_date_within(sheet_cell(sheet, row, i), map->dates, date);

			if (r > 0) {
				(void)snprintf(published, TIMESTAMP_TEXT_SIZE, "%.10s", date);
				return 1;
			}
			if (r == 0)
				continue;
			sheet_place(sheet, row, place);
			return reason_refuse(reason, "%s: '%.60s' names no day that can be read",
					     place, sheet_cell(sheet, row, i));
		}
	return 0;
}

/* So many digits, as a number; -1: there are fewer. */
static int digits(const char *at, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return -1;
		value = value * 10 + (at[i] - '0');
	}
	return value;
}

/* Whether a name goes on as a pattern with %Y, %m and %d does. */
static bool matches(const char *name, const char *pattern, int *year, int *month, int *day)
{
	for (; *pattern != '\0'; pattern++) {
		int *part = NULL, length = 2;

		if (strncmp(pattern, "%Y", 2) == 0) {
			part = year;
			length = 4;
		} else if (strncmp(pattern, "%m", 2) == 0) {
			part = month;
		} else if (strncmp(pattern, "%d", 2) == 0) {
			part = day;
		}
		if (!part && *name++ != *pattern)
			return false;
		if (!part)
			continue;
		*part = digits(name, length);
		if (*part < 0)
			return false;
		name += length;
		pattern++;
	}
	return true;
}

/* A month counts from its first day: the list was not published before. */
static bool find_pattern(const char *name, const char *pattern,
			 char published[static TIMESTAMP_TEXT_SIZE])
{
	for (; *name != '\0'; name++) {
		int year = 0, month = 1, day = 1;

		if (!matches(name, pattern, &year, &month, &day) ||
		    !is_civil_date(year, month, day))
			continue;
		(void)snprintf(published, TIMESTAMP_TEXT_SIZE, "%04d-%02d-%02d", year, month, day);
		return true;
	}
	return false;
}

/* The patterns are tried one after the other. */
static bool find_in_name(const struct table_map *map, const char *location,
			 char published[static TIMESTAMP_TEXT_SIZE])
{
	const char *slash = strrchr(location, '/');
	const struct label_entry *entry;
	size_t position = 0;

	while ((entry = label_map_next(&map->labels, "published", "file-name", &position)))
		if (find_pattern(slash ? slash + 1 : location, entry->value, published))
			return true;
	return false;
}

static bool find_modified(const struct document *list, char published[static TIMESTAMP_TEXT_SIZE])
{
	time_t modified = list->last_modified ? curl_getdate(list->last_modified, NULL) : -1;

	if (modified < 0)
		return false;
	timestamp_format((int64_t)modified * 1000, published);
	return true;
}

int table_published(const struct table_map *map, const struct sheet *sheet, size_t headings,
		    const struct document *list, struct reason *reason,
		    char published[static TIMESTAMP_TEXT_SIZE])
{
	if (is_stated(map, "above")) {
		int r = find_above(map, sheet, headings, reason, published);

		if (r != 0)
			return r;
	}
	if (find_in_name(map, list->location, published))
		return 1;
	return is_stated(map, "last-modified") && find_modified(list, published);
}
