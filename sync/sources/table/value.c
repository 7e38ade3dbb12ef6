#include "sources/table/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "sources/table/date.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Bytes of a number that is looked at: normalizing takes the square of a run of marks. */
#define NUMBER_MAX 256

/* Where a cell is, for messages. */
struct spot {
	char place[SHEET_PLACE_SIZE];
	const char *heading, *text;
};

static struct spot spot_of(const struct table_reading *reading, size_t row, size_t column,
			   const char *text)
{
	struct spot spot = {.heading = reading->columns->rows[column].heading, .text = text};

	sheet_place(reading->sheet, row, spot.place);
	return spot;
}

char *table_text(const struct table_reading *reading, size_t row, size_t column)
{
	_cleanup_free_ char *text = text_trim(sheet_cell(reading->sheet, row, column));
	const char *field = reading->columns->rows[column].field;

	/* A number in full-width characters is the one that is typed. */
	if (field && strcmp(field, "number") == 0 && strlen(text) <= NUMBER_MAX) {
		char *narrow = text_narrow(text);

		free(text);
		text = narrow;
	}
	if (text[0] == '\0' || table_map_find(reading->map, "table", "nothing", text))
		return NULL;
	return steal_pointer(text);
}

static cJSON *text_value(const char *text)
{
	cJSON *value = cJSON_CreateString(text);

	if (!value)
		out_of_memory();
	return value;
}

static int date_value(const struct table_reading *reading, const struct spot *spot, cJSON **value)
{
	char date[DAY_TEXT_SIZE];
	int r = table_date(spot->text, reading->map->dates, date);

	if (r > 0)
		*value = text_value(date);
	if (r >= 0)
		return 0;
	if (r == -EDOM)
		return reason_refuse(
			reading->reason,
			"%s, column '%.60s': '%.60s' is a date only where [table] dates of the map says how it is written: m/d/y, d/m/y or serial",
			spot->place, spot->heading, spot->text);
	return reason_refuse(reading->reason, "%s, column '%.60s': '%.60s' is not a date",
			     spot->place, spot->heading, spot->text);
}

static int yes_no_value(const struct table_reading *reading, const struct spot *spot, cJSON **value)
{
	static const char *const yes[] = {"yes", "y", "true", "1", "はい", "有", "あり", "○", "〇"};
	static const char *const no[] = {"no", "n", "false", "0", "いいえ", "無", "なし", "×"};
	_cleanup_free_ char *folded = text_fold(spot->text);

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]) && !*value; i++)
		if (strcmp(folded, yes[i]) == 0)
			*value = text_value("yes");
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]) && !*value; i++)
		if (strcmp(folded, no[i]) == 0)
			*value = text_value("no");
	return *value ? 0
		      : reason_refuse(reading->reason,
				      "%s, column '%.60s': '%.60s' is neither yes nor no",
				      spot->place, spot->heading, spot->text);
}

/* What the map says the text means; where it says nothing of the field, the text as a word. */
static int word_value(const struct table_reading *reading, const struct spot *spot,
		      const struct table_column *column, cJSON **value)
{
	const char *known = table_map_find(reading->map, column->field, NULL, spot->text);
	_cleanup_free_ char *word = NULL;

	if (known) {
		*value = text_value(known);
		return 0;
	}
	if (table_map_has(reading->map, column->field))
		return reason_refuse(
			reading->reason,
			"%s, column '%.60s': '%.60s' is none of the texts in [%s] of the map",
			spot->place, spot->heading, spot->text, column->field);
	if (strcmp(column->type, "yes-no") == 0)
		return yes_no_value(reading, spot, value);
	word = text_word(spot->text);
	if (!word || strchr(word, '.') || word[0] == '_')
		return reason_refuse(
			reading->reason,
			"%s, column '%.60s': '%.60s' is no word of a-z and 0-9; a section [%s] of the map says what it means",
			spot->place, spot->heading, spot->text, column->field);
	*value = text_value(word);
	return 0;
}

/* A line, or what is between the separators that the map names, is an item. */
static cJSON *list_value(const struct table_reading *reading, const char *cell)
{
	char ends[4] = {'\r', '\n', reading->map->list_separator, '\0'};
	cJSON *list = cJSON_CreateArray();

	if (!list)
		out_of_memory();
	while (*cell != '\0') {
		size_t length = strcspn(cell, ends);
		_cleanup_free_ char *part = xstrndup(cell, length), *item = text_trim(part);

		if (item[0] != '\0')
			cJSON_AddItemToArray(list, text_value(item));
		cell += length + (cell[length] != '\0');
	}
	return list;
}

static cJSON *block_value(const char *cell)
{
	_cleanup_free_ char *block = text_block(cell);

	return text_value(block);
}

int table_value(const struct table_reading *reading, size_t row, size_t column_number,
		cJSON **value)
{
	const struct table_column *column = &reading->columns->rows[column_number];
	const char *cell = sheet_cell(reading->sheet, row, column_number);
	_cleanup_free_ char *text = table_text(reading, row, column_number);
	struct spot spot;

	*value = NULL;
	if (!text)
		return 0;
	spot = spot_of(reading, row, column_number, text);
	if (!column->type || strcmp(column->type, "text") == 0)
		*value = block_value(cell);
	else if (strcmp(column->type, "date") == 0)
		return date_value(reading, &spot, value);
	else if (strcmp(column->type, "word") == 0 || strcmp(column->type, "yes-no") == 0)
		return word_value(reading, &spot, column, value);
	else if (strcmp(column->type, "list") == 0)
		*value = list_value(reading, cell);
	else
		*value = text_value(text);
	return 0;
}
