/* JSON: an array of objects or of arrays, or JSON lines. */
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "store_limits.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/table/rows.h"

/* Of a row's cell, by the names of the members that lead to it. */
#define NAME_SIZE_MAX 1000

/* Integers above it aren't all numbers of C. */
#define INTEGER_MAX 9007199254740991.0

/* Cells of a sheet that is so small that their number is harmless; beyond them one for each byte.
 */
#define CELLS_SHORT ((size_t)1000000)

/* A member that becomes a column. */
struct column {
	const char *name;
	char *own; /* what name is, where the column is in the tree */
	size_t index;
};

struct cell {
	uint32_t row, column;
	uint32_t text, length; /* in texts */
};

struct reading {
	struct reason *reason;
	struct sheet *sheet;
	void *names; /* a tree of the columns, by name */
	struct column **columns;
	size_t column_count, column_capacity;
	struct cell *cells;
	size_t cell_count, cell_capacity;
	struct buffer texts;
	uint32_t row;
	size_t item; /* for messages: from 1 */
	size_t row_count;
	bool arrays, objects;
};

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct column *)left)->name, ((const struct column *)right)->name);
}

/* The column of that name; a new one where there is none. */
static int find_column(struct reading *reading, const char *name, size_t *index)
{
	struct column wanted = {.name = name}, *column, **node;

	node = tfind(&wanted, &reading->names, by_name);
	if (node) {
		*index = (*node)->index;
		return 0;
	}
	if (reading->column_count >= SHEET_COLUMNS_MAX)
		return reason_refuse(reading->reason,
				     "its objects have more than %d different members",
				     SHEET_COLUMNS_MAX);
	column = xmalloc(sizeof(*column));
	*column = (struct column){.own = xstrdup(name), .index = reading->column_count};
	column->name = column->own;
	*index = column->index;
	reading->columns = xgrow(reading->columns, &reading->column_capacity, reading->column_count,
				 1, sizeof(*reading->columns));
	reading->columns[reading->column_count++] = column;
	if (!tsearch(column, &reading->names, by_name))
		out_of_memory();
	return 0;
}

static int put_number(struct reading *reading, const cJSON *value)
{
	double number = value->valuedouble;

	if (!isfinite(number) || fabs(number) > INTEGER_MAX)
		return reason_refuse(
			reading->reason,
			"item %zu: a number is too large to be read to its last digit; write it as text",
			reading->item);
	if (trunc(number) == number)
		buffer_printf(&reading->texts, "%.0f", number);
	else
		buffer_printf(&reading->texts, "%.15g", number);
	return 0;
}

/* Text, a number, a truth, or null, which is nothing. */
static int put_plain(struct reading *reading, const cJSON *value)
{
	if (cJSON_IsString(value))
		buffer_text(&reading->texts, value->valuestring);
	else if (cJSON_IsBool(value))
		buffer_text(&reading->texts, cJSON_IsTrue(value) ? "true" : "false");
	else if (cJSON_IsNumber(value))
		return put_number(reading, value);
	else if (!cJSON_IsNull(value))
		return reason_refuse(reading->reason,
				     "item %zu: an array holds an object or an array",
				     reading->item);
	return 0;
}

static int put_value(struct reading *reading, const cJSON *value)
{
	const cJSON *item;
	int r = 0;

	if (!cJSON_IsArray(value))
		return put_plain(reading, value);
	cJSON_ArrayForEach(item, value)
	{
		if (r == 0)
			r = put_plain(reading, item);
		if (r == 0 && item->next)
			buffer_text(&reading->texts, "\n");
	}
	return r;
}

static int put_cell(struct reading *reading, size_t column, const cJSON *value)
{
	size_t begin = reading->texts.length;
	int r = put_value(reading, value);

	if (r < 0 || reading->texts.length == begin)
		return r;
	reading->cells = xgrow(reading->cells, &reading->cell_capacity, reading->cell_count, 1,
			       sizeof(*reading->cells));
	reading->cells[reading->cell_count++] = (struct cell){
		.row = reading->row,
		.column = (uint32_t)column,
		.text = (uint32_t)begin,
		.length = (uint32_t)(reading->texts.length - begin),
	};
	return 0;
}

static int put_object(struct reading *reading, const char *prefix, const cJSON *object)
{
	const cJSON *member;
	int r = json_refuse_repeated(reading->reason, object);

	cJSON_ArrayForEach(member, object)
	{
		char name[NAME_SIZE_MAX + 1];
		size_t column = 0;

		if (r < 0)
			return r;
		if ((size_t)snprintf(name, sizeof(name), "%s%s%s", prefix,
				     prefix[0] != '\0' ? "." : "", member->string) >= sizeof(name))
			return reason_refuse(reading->reason,
					     "item %zu: a member's name is longer than %d bytes",
					     reading->item, NAME_SIZE_MAX);
		if (cJSON_IsObject(member)) {
			r = put_object(reading, name, member);
			continue;
		}
		r = find_column(reading, name, &column);
		if (r == 0)
			r = put_cell(reading, column, member);
	}
	return r;
}

static int put_array(struct reading *reading, const cJSON *array)
{
	const cJSON *value;
	size_t column = 0;
	int r = 0;

	cJSON_ArrayForEach(value, array)
	{
		if (cJSON_IsObject(value))
			return reason_refuse(reading->reason,
					     "item %zu: an array holds an object or an array",
					     reading->item);
		if (r == 0)
			r = put_cell(reading, column++, value);
	}
	if (column > reading->column_count)
		reading->column_count = column;
	return r;
}

static int put_row(struct reading *reading, const cJSON *row)
{
	int r;

	reading->row = (uint32_t)(reading->item - 1);
	reading->arrays |= cJSON_IsArray(row);
	reading->objects |= cJSON_IsObject(row);
	if (reading->arrays == reading->objects)
		return reason_refuse(reading->reason,
				     "item %zu: the rows are neither all objects nor all arrays",
				     reading->item);
	reading->row_count++;
	r = reading->arrays ? put_array(reading, row) : put_object(reading, "", row);
	return r;
}

static bool holds_rows(const cJSON *value)
{
	return cJSON_IsArray(value) &&
	       (cJSON_IsObject(value->child) || cJSON_IsArray(value->child));
}

/* The one member of an object that is an array of objects or arrays. NULL: there are several. An
 * object without any is itself a row. */
static const cJSON *find_only_array(const cJSON *object)
{
	const cJSON *member, *found = object;

	cJSON_ArrayForEach(member, object)
	{
		if (!holds_rows(member))
			continue;
		if (found != object)
			return NULL;
		found = member;
	}
	return found;
}

static const cJSON *find_rows(const cJSON *root, const char *path)
{
	if (!path || path[0] == '\0')
		return cJSON_IsObject(root) ? find_only_array(root) : root;
	while (root && *path != '\0') {
		size_t length = strcspn(path, ".");
		_cleanup_free_ char *name = xstrndup(path, length);

		root = json_member(root, name);
		path += length + (path[length] == '.');
	}
	return root;
}

static int refuse_path(struct reading *reading, const char *path)
{
	if (path && path[0] != '\0')
		return reason_refuse(reading->reason, "there is no array at '%.100s'", path);
	return reason_refuse(
		reading->reason,
		"it is JSON in which the rows can't be told; state the members that lead to them");
}

static int read_document(struct reading *reading, struct buffer *text, const char *path)
{
	_cleanup_json_ cJSON *root = NULL;
	const cJSON *rows, *row;
	int r = json_parse((unsigned char *)text->bytes, text->length, reading->reason, &root);

	if (r < 0)
		return r;
	rows = find_rows(root, path);
	reading->item = 1;
	if (rows && rows == root && cJSON_IsObject(root))
		return put_row(reading, root);
	if (!cJSON_IsArray(rows))
		return refuse_path(reading, path);
	cJSON_ArrayForEach(row, rows)
	{
		if (r == 0)
			r = put_row(reading, row);
		reading->item++;
	}
	return r;
}

/* A value on each line, of which the first ends on its line and another one follows. */
static bool is_lines(const struct buffer *text)
{
	const char *first = text->bytes + strspn(text->bytes, " \t\r\n");
	const char *end = first + strcspn(first, "\r\n"), *next = end + strspn(end, " \t\r\n");

	while (end > first && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end > first && (end[-1] == '}' || end[-1] == ']') && (*next == '{' || *next == '[');
}

static int read_line(struct reading *reading, char *line, size_t length)
{
	_cleanup_json_ cJSON *value = NULL;
	char behind = line[length];
	int r;

	reading->item++;
	if (strspn(line, " \t\r") >= length)
		return 0;
	line[length] = '\0';
	r = json_parse((unsigned char *)line, length, reading->reason, &value);
	line[length] = behind;
	if (r < 0)
		return reason_refuse(reading->reason, "line %zu is no JSON value of its own",
				     reading->item);
	return put_row(reading, value);
}

static int read_lines(struct reading *reading, struct buffer *text)
{
	size_t values = json_count_values((unsigned char *)text->bytes, text->length);
	char *line = text->bytes, *end = text->bytes + text->length;
	int r = 0;

	if (values > json_values_limit(text->length))
		return reason_refuse(
			reading->reason,
			"its JSON holds more than %zu values in %zu bytes, as no list does",
			json_values_limit(text->length), text->length);
	while (r == 0 && line < end) {
		size_t length = strcspn(line, "\n");

		r = read_line(reading, line, length);
		line += length + 1;
	}
	return r;
}

static int put_headings(struct reading *reading)
{
	int r = 0;

	for (size_t i = 0; r == 0 && reading->objects && i < reading->column_count; i++)
		r = sheet_add(reading->sheet, reading->columns[i]->name,
			      strlen(reading->columns[i]->name), reading->reason);
	sheet_end_row(reading->sheet, 0);
	return r;
}

/* From the cells that have something to rows that have all. */
static int put_rows(struct reading *reading)
{
	_cleanup_free_ const struct cell **row =
		xmalloc((reading->column_count + 1) * sizeof(const struct cell *));
	size_t next = 0;
	int r = put_headings(reading);

	while (r == 0 && next < reading->cell_count) {
		uint32_t number = reading->cells[next].row;

		memset(row, 0, (reading->column_count + 1) * sizeof(const struct cell *));
		for (; next < reading->cell_count && reading->cells[next].row == number; next++) {
			const struct cell *cell = &reading->cells[next];

			if (row[cell->column])
				return reason_refuse(reading->reason,
						     "item %u states one member twice", number + 1);
			row[cell->column] = cell;
		}
		for (size_t i = 0; r == 0 && i < reading->column_count; i++)
			r = sheet_add(reading->sheet,
				      row[i] ? reading->texts.bytes + row[i]->text : "",
				      row[i] ? row[i]->length : 0, reading->reason);
		sheet_end_row(reading->sheet, (size_t)number + 1);
	}
	return r;
}

static void forget_column(void *column)
{
	free(((struct column *)column)->own);
	free(column);
}

int sheet_read_json(struct sheet *sheet, struct buffer *text, const struct sheet_form *form,
		    struct reason *reason)
{
	struct reading reading = {.sheet = sheet, .reason = reason};
	int r = is_lines(text) ? read_lines(&reading, text)
			       : read_document(&reading, text, form->rows);

	sheet->items = true;
	/* Every row has a cell for each member that any of them has. */
	if (r == 0 && reading.row_count * reading.column_count > CELLS_SHORT + text->length)
		r = reason_refuse(reason,
				  "its rows have %zu different members, most of them in few rows",
				  reading.column_count);
	if (r == 0)
		r = put_rows(&reading);
	tdestroy(reading.names, forget_column);
	free(reading.columns);
	free(reading.cells);
	buffer_release(&reading.texts);
	return r;
}
