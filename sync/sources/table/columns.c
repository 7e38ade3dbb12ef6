#include "sources/table/columns.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/buffer.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Headings stand among the first rows. */
#define ROWS_SEARCHED 50
/* A longer heading is none of a map's. */
#define HEADING_SIZE_MAX 200
/* Of an extra field's name, which names a file. */
#define EXTRA_SIZE_MAX 80
/* Missing headings that a message names. */
#define NAMED_MAX 3

/* The headings of a row, in one line each. Of two rows, the upper one's text goes on to the right
 * over blank cells, as merged cells are exported, where the lower one says more. */
static char **read_headings(const struct table_map *map, const struct sheet *sheet, size_t row,
			    size_t count)
{
	char **headings = xmalloc((count + 1) * sizeof(char *));
	const char *over = "";

	for (size_t i = 0; i < count; i++) {
		const char *upper = sheet_cell(sheet, row, i), *lower = "";
		_cleanup_free_ char *text = NULL;

		if (map->heading_rows == 2)
			lower = sheet_cell(sheet, row + 1, i);
		if (strspn(lower, " \t\r\n") == strlen(lower))
			over = lower = "";
		if (strspn(upper, " \t\r\n") == strlen(upper))
			upper = over;
		text = xasprintf("%s %s", upper, lower);
		headings[i] = text_trim(text);
		over = lower[0] != '\0' ? upper : "";
	}
	return headings;
}

static void free_headings(char **headings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(headings[i]);
	free(headings);
}

static const char *field_of(const struct table_map *map, const char *heading)
{
	if (strnlen(heading, HEADING_SIZE_MAX + 1) > HEADING_SIZE_MAX)
		return NULL;
	return label_map_field(&map->labels, heading, NULL);
}

/* The next field that must have a column. */
static const char *next_needed(const struct table_map *map, size_t *position)
{
	const struct label_entry *entry;

	if (table_map_value(map, "table", "needed")[0] != '\0') {
		entry = label_map_next(&map->labels, "table", "needed", position);
		return entry ? entry->value : NULL;
	}
	if (*position < map->own)
		*position = map->own;
	entry = label_map_next(&map->labels, "labels", NULL, position);
	return entry ? entry->name : NULL;
}

static int compare_fields(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Counts the fields that must have a column and have none; the buffer names the first of them. */
static size_t count_missing(const struct table_map *map, char *const *headings, size_t count,
			    struct buffer *names)
{
	size_t missing = 0, position = 0, found_count = 0;
	const char **found = xmalloc((count + 1) * sizeof(const char *)), *field;
	const char *last = "";

	for (size_t i = 0; i < count; i++) {
		const char *known = field_of(map, headings[i]);

		if (known)
			found[found_count++] = known;
	}
	qsort(found, found_count, sizeof(*found), compare_fields);
	while ((field = next_needed(map, &position))) {
		const struct label_entry *label;
		size_t first = 0;

		if (strcmp(field, last) == 0 ||
		    bsearch(&field, found, found_count, sizeof(*found), compare_fields))
			continue;
		last = field;
		if (++missing > NAMED_MAX)
			continue;
		label = label_map_next(&map->labels, "labels", field, &first);
		buffer_printf(names, "%s%s (%.60s)", missing > 1 ? ", " : "", field,
			      label ? label->written : "");
	}
	free(found);
	return missing;
}

/* Whether a column's name is extra.SLUG, or that with a number. */
static bool is_called(const struct table_column *column, const char *slug, size_t length)
{
	const char *name = column->extra ? column->extra + strlen("extra.") : "";

	if (strncmp(name, slug, length) != 0)
		return false;
	name += length;
	return *name == '\0' || (*name == '-' && name[1 + strspn(name + 1, "0123456789")] == '\0');
}

/* The column of a field, or of an extra one. */
static const struct table_column *find_column(const struct table_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->rows[i].extra && strcmp(columns->rows[i].extra, name) == 0)
			return &columns->rows[i];
	return table_columns_of(columns, name);
}

static bool is_taken(const struct table_map *map, const struct table_columns *columns,
		     const char *extra)
{
	size_t position = 0;

	return find_column(columns, extra) ||
	       label_map_next(&map->labels, "labels", extra, &position);
}

/* Columns of one heading are numbered; the column's own number tells it where that is taken. */
static char *name_extra(const struct table_map *map, const struct table_columns *columns,
			const char *heading, size_t number)
{
	_cleanup_free_ char *slug = text_slug(heading), *name = NULL;
	size_t length = slug ? strlen(slug) : 0, same = 1;

	if (length > EXTRA_SIZE_MAX) {
		length = EXTRA_SIZE_MAX;
		while (length > 0 && ((unsigned char)slug[length] & 0xc0) == 0x80)
			length--;
		while (length > 0 && slug[length - 1] == '-')
			length--;
	}
	if (length == 0)
		return xasprintf("extra.column-%zu", number);
	for (size_t i = 0; i + 1 < number; i++)
		same += is_called(&columns->rows[i], slug, length);
	name = same > 1 ? xasprintf("extra.%.*s-%zu", (int)length, slug, same)
			: xasprintf("extra.%.*s", (int)length, slug);
	return is_taken(map, columns, name)
		       ? xasprintf("extra.%.*s.column-%zu", (int)length, slug, number)
		       : steal_pointer(name);
}

static int refuse_twice(const struct sheet *sheet, size_t row, const char *heading,
			struct reason *reason)
{
	char place[SHEET_PLACE_SIZE];

	sheet_place(sheet, row, place);
	return reason_refuse(reason, "%s: two columns are called '%.60s': either may be meant",
			     place, heading);
}

/* What each column stands for. Of several of one field the first one counts. */
static int name_columns(const struct table_map *map, const struct sheet *sheet, char **headings,
			struct reason *reason, struct table_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		struct table_column *column = &columns->rows[i];
		const char *field = field_of(map, headings[i]);
		const struct table_column *other = field ? find_column(columns, field) : NULL;

		column->heading = steal_pointer(headings[i]);
		if (other && strcmp(other->heading, column->heading) == 0)
			return refuse_twice(sheet, columns->headings, column->heading, reason);
		column->ignored = strlen(column->heading) <= HEADING_SIZE_MAX &&
				  label_map_ignores(&map->labels, column->heading, NULL);
		if (field && !other && !staging_is_extra(field)) {
			column->field = field;
			column->type = table_field_type(field);
			columns->known[columns->known_count++] = column;
		} else if (field && !other) {
			column->extra = xstrdup(field);
		} else {
			column->extra = name_extra(map, columns, column->heading, i + 1);
		}
	}
	return 0;
}

int table_columns_find(const struct table_map *map, const struct sheet *sheet,
		       struct reason *reason, struct table_columns *columns)
{
	size_t count = sheet_columns(sheet), rows = sheet_rows(sheet), fewest = SIZE_MAX;
	_cleanup_buffer_ struct buffer nearest = {0};
	char place[SHEET_PLACE_SIZE], **headings;
	int r;

	for (size_t row = 0; row < rows && row < ROWS_SEARCHED && fewest > 0; row++) {
		_cleanup_buffer_ struct buffer names = {0};
		size_t missing;

		headings = read_headings(map, sheet, row, count);
		missing = count_missing(map, headings, count, &names);
		free_headings(headings, count);
		if (missing >= fewest)
			continue;
		fewest = missing;
		columns->headings = row;
		buffer_clear(&nearest);
		buffer_append(&nearest, names.bytes, names.length);
	}
	sheet_place(sheet, columns->headings, place);
	if (fewest > 0)
		return reason_refuse(
			reason,
			"no row has all headings that the map needs; %s comes nearest, and lacks %s%s",
			place, nearest.bytes, fewest > NAMED_MAX ? " ..." : "");
	columns->first = columns->headings + map->heading_rows;
	columns->count = count;
	columns->rows = xmalloc(count * sizeof(*columns->rows));
	memset(columns->rows, 0, count * sizeof(*columns->rows));
	columns->known = xmalloc(count * sizeof(const struct table_column *));
	headings = read_headings(map, sheet, columns->headings, count);
	r = name_columns(map, sheet, headings, reason, columns);
	free_headings(headings, count);
	return r;
}

const struct table_column *table_columns_of(const struct table_columns *columns, const char *field)
{
	for (size_t i = 0; i < columns->known_count; i++)
		if (strcmp(columns->known[i]->field, field) == 0)
			return columns->known[i];
	return NULL;
}

void table_columns_release(struct table_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		free(columns->rows[i].heading);
		free(columns->rows[i].extra);
	}
	free(columns->rows);
	free(columns->known);
}
