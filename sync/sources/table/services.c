#include "sources/table/services.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "sources/table/date.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

/* A longer cell matches no pattern. */
#define PATTERN_TEXT_MAX 200

static void add(struct table_reading *reading, cJSON *object, const char *name, cJSON *value)
{
	reading->values++;
	/* The map and the columns, which own the name, live as long as the object. */
	if (!cJSON_AddItemToObjectCS(object, name, value))
		out_of_memory();
}

static void add_text(struct table_reading *reading, cJSON *object, const char *name,
		     const char *text)
{
	cJSON *value = cJSON_CreateString(text);

	if (!value)
		out_of_memory();
	add(reading, object, name, value);
}

static cJSON *new_object(void)
{
	cJSON *object = cJSON_CreateObject();

	if (!object)
		out_of_memory();
	return object;
}

/* The text that a row states for a field, or else the map for all rows; NULL: none. */
static char *text_of(const struct table_reading *reading, size_t row, const char *field)
{
	const struct table_column *column = table_columns_of(reading->columns, field);
	char *text =
		column ? table_text(reading, row, (size_t)(column - reading->columns->rows)) : NULL;
	const char *constant = table_map_value(reading->map, "values", field);

	return text || constant[0] == '\0' ? text : xstrdup(constant);
}

/* Whether what a row states for a field is as one of the lines of [listed] for it says. */
static bool matches(const struct table_reading *reading, size_t row, const char *field)
{
	_cleanup_free_ char *text = text_of(reading, row, field), *folded = NULL;
	const struct label_entry *pattern;
	size_t position = 0;

	if (!text || strlen(text) > PATTERN_TEXT_MAX)
		return false;
	folded = text_fold(text);
	while ((pattern = label_map_next(&reading->map->labels, "listed", field, &position)))
		if (fnmatch(pattern->value, folded, FNM_NOESCAPE) == 0)
			return true;
	return false;
}

/* Whether a row is as [listed] says that rows of the list are. */
static bool is_listed(const struct table_reading *reading, size_t row)
{
	const struct label_map *map = &reading->map->labels;
	const struct label_entry *entry;
	size_t position = 0;

	/* The first line of a field stands for all of them. */
	while ((entry = label_map_next(map, "listed", NULL, &position)))
		if (label_map_find(map, "listed", entry->name, NULL, 0) == entry &&
		    !matches(reading, row, entry->name))
			return false;
	return true;
}

/* Whether a row is the headings once more, as on each page of a printed table. */
static bool repeats_headings(const struct table_reading *reading, size_t row)
{
	size_t headings = reading->columns->headings;

	if (sheet_width(reading->sheet, row) != sheet_width(reading->sheet, headings))
		return false;
	for (size_t i = 0; i < sheet_width(reading->sheet, row); i++)
		if (strcmp(sheet_cell(reading->sheet, row, i),
			   sheet_cell(reading->sheet, headings, i)) != 0)
			return false;
	return true;
}

static bool is_counted(struct table_reading *reading, size_t row)
{
	if (repeats_headings(reading, row))
		return false;
	if (is_listed(reading, row))
		return true;
	reading->unlisted++;
	return false;
}

/* A key made of the fields that the map names; NULL: it names none, or the row states nothing of
 * them. */
static char *make_key(const struct table_reading *reading, size_t row)
{
	_cleanup_buffer_ struct buffer all = {0};
	_cleanup_free_ char *slug = NULL;
	const struct label_entry *entry;
	size_t position = 0;

	while ((entry = label_map_next(&reading->map->labels, "table", "key", &position))) {
		_cleanup_free_ char *text = text_of(reading, row, entry->value);

		buffer_printf(&all, "%s ", text ? text : "");
	}
	slug = all.bytes ? text_slug(all.bytes) : NULL;
	return slug ? xasprintf("unnumbered-%s", slug) : NULL;
}

static int add_id(struct table_reading *reading, size_t row, cJSON *service)
{
	_cleanup_free_ char *number = text_of(reading, row, "number"), *key = NULL;
	char place[SHEET_PLACE_SIZE];

	if (number) {
		add_text(reading, service, "number", number);
		return 0;
	}
	key = make_key(reading, row);
	if (key) {
		add_text(reading, service, "key", key);
		return 0;
	}
	sheet_place(reading->sheet, row, place);
	return reason_refuse(
		reading->reason,
		"%s: the row states no number; [listed] of the map says which rows count, and [table] key of which fields a key is made",
		place);
}

/* Words of the source itself, where they are others. */
static void add_source_words(struct table_reading *reading, size_t row, const char *field,
			     const char *source, cJSON *service)
{
	const struct table_column *column = table_columns_of(reading->columns, field);
	_cleanup_free_ char *text = NULL;

	if (!column || json_member(service, source))
		return;
	text = table_text(reading, row, (size_t)(column - reading->columns->rows));
	if (text && strcmp(text, json_text(service, field)) != 0)
		add_text(reading, service, source, text);
}

/* A period of two columns or of one, as START/END. What is none stays as it is written, and an end
 * of none is an extra. */
static void add_period(struct table_reading *reading, cJSON *service)
{
	const char *begins = json_text(service, "audit-period.start");
	const char *ends = json_text(service, "audit-period.end");
	const cJSON *whole = json_member(service, "audit-period");
	_cleanup_free_ char *period = NULL;

	if (!whole && begins[0] != '\0' && ends[0] != '\0') {
		period = xasprintf("%s/%s", begins, ends);
		add_text(reading, service, "audit-period", period);
	} else {
		if (begins[0] != '\0')
			add_text(reading, service, "extra.audit-period.start", begins);
		if (ends[0] != '\0')
			add_text(reading, service, "extra.audit-period.end", ends);
	}
	cJSON_DeleteItemFromObjectCaseSensitive(service, "audit-period.start");
	cJSON_DeleteItemFromObjectCaseSensitive(service, "audit-period.end");
}

static int add_cells(struct table_reading *reading, size_t row, cJSON *service)
{
	const struct table_columns *columns = reading->columns;
	size_t width = sheet_width(reading->sheet, row);

	/* A short row takes no longer for a wide table. */
	for (size_t i = 0; i < columns->count && i < width; i++) {
		const struct table_column *column = &columns->rows[i];
		cJSON *value;
		int r;

		if (column->ignored || (column->field && strcmp(column->field, "number") == 0))
			continue;
		r = table_value(reading, row, i, &value);
		if (r < 0)
			return r;
		if (value)
			add(reading, service, column->field ? column->field : column->extra, value);
	}
	return 0;
}

/* What the map says of every row. */
static void add_constants(struct table_reading *reading, cJSON *service)
{
	const struct label_entry *entry;
	size_t position = 0;

	while ((entry = label_map_next(&reading->map->labels, "values", NULL, &position))) {
		const char *type = table_field_type(entry->name);

		if (strcmp(entry->name, "number") == 0 || json_member(service, entry->name))
			continue;
		if (type && strcmp(type, "list") == 0) {
			cJSON *list = cJSON_CreateArray();

			if (!list)
				out_of_memory();
			cJSON_AddItemToArray(list, cJSON_CreateString(entry->value));
			add(reading, service, entry->name, list);
			continue;
		}
		add_text(reading, service, entry->name, entry->value);
	}
}

static int check_size(const struct table_reading *reading)
{
	if (reading->values <= reading->values_max)
		return 0;
	return reason_refuse(reading->reason,
			     "it states more than %zu values, as no list of its size does",
			     reading->values_max);
}

static int add_service(struct table_reading *reading, size_t row, cJSON *services)
{
	cJSON *service = new_object();
	int r;

	cJSON_AddItemToArray(services, service);
	reading->values++;
	r = add_id(reading, row, service);
	if (r == 0)
		r = add_cells(reading, row, service);
	if (r < 0)
		return r;
	add_source_words(reading, row, "status", "status.source", service);
	add_source_words(reading, row, "level", "level.source", service);
	add_period(reading, service);
	add_constants(reading, service);
	return check_size(reading);
}

int table_services(struct table_reading *reading, cJSON *services)
{
	int r = 0;

	for (size_t row = reading->columns->first; r == 0 && row < sheet_rows(reading->sheet);
	     row++)
		if (is_counted(reading, row))
			r = add_service(reading, row, services);
	return r;
}

/* A cell as a registry's own pages would state it. A date is stated in a form that everybody reads,
 * where it is one. */
static void add_field(struct table_reading *reading, const struct table_column *column,
		      const char *cell, cJSON *fields)
{
	cJSON *field = new_object();
	char date[DAY_TEXT_SIZE];

	cJSON_AddItemToArray(fields, field);
	if (column->field)
		add_text(reading, field, "field", column->field);
	else if (staging_is_extra(column->extra))
		add_text(reading, field, "field", column->extra);
	add_text(reading, field, "label", column->heading);
	add_text(reading, field, "display", cell);
	if (column->type && strcmp(column->type, "date") == 0 &&
	    table_date(cell, reading->map->dates, date) > 0)
		add_text(reading, field, "value", date);
}

/* What the map says of every row, where the row says nothing. */
static void add_constant_fields(struct table_reading *reading, size_t row, cJSON *fields)
{
	const struct label_entry *entry;
	size_t position = 0;

	while ((entry = label_map_next(&reading->map->labels, "values", NULL, &position))) {
		const struct table_column *column = table_columns_of(reading->columns, entry->name);
		_cleanup_free_ char *text = NULL;
		cJSON *field;

		if (column)
			text = table_text(reading, row, (size_t)(column - reading->columns->rows));
		if (text || strcmp(entry->name, "level") == 0)
			continue;
		field = new_object();
		cJSON_AddItemToArray(fields, field);
		add_text(reading, field, "field", entry->name);
		add_text(reading, field, "label", entry->name);
		add_text(reading, field, "display", entry->value);
	}
}

static bool is_number(const struct table_column *column)
{
	return column->field && strcmp(column->field, "number") == 0;
}

static int add_row(struct table_reading *reading, size_t row, cJSON *rows)
{
	const struct table_columns *columns = reading->columns;
	cJSON *item = new_object(), *fields = cJSON_CreateArray(), *word = NULL;
	const struct table_column *column = table_columns_of(columns, "level");
	size_t width = sheet_width(reading->sheet, row);
	int r;

	if (!fields)
		out_of_memory();
	cJSON_AddItemToArray(rows, item);
	add(reading, item, "fields", fields);
	r = add_id(reading, row, item);
	if (r == 0 && column)
		r = table_value(reading, row, (size_t)(column - columns->rows), &word);
	if (word)
		add(reading, item, "level", word);
	else if (table_map_value(reading->map, "values", "level")[0] != '\0')
		add_text(reading, item, "level", table_map_value(reading->map, "values", "level"));
	for (size_t i = 0; i < columns->count && i < width; i++) {
		_cleanup_free_ char *text = table_text(reading, row, i);

		if (text && !columns->rows[i].ignored && &columns->rows[i] != column)
			add_field(reading, &columns->rows[i],
				  is_number(&columns->rows[i]) ? text
							       : sheet_cell(reading->sheet, row, i),
				  fields);
	}
	add_constant_fields(reading, row, fields);
	return r < 0 ? r : check_size(reading);
}

int table_rows(struct table_reading *reading, cJSON *rows)
{
	int r = 0;

	for (size_t row = reading->columns->first; r == 0 && row < sheet_rows(reading->sheet);
	     row++)
		if (is_counted(reading, row))
			r = add_row(reading, row, rows);
	return r;
}
