#include "stage/table.h"

#include <stddef.h>

#include "vocabulary.h"

static const struct table_column events[] = {
	{"date", "date", true},		{"from", "word", false}, {"to", "word", true},
	{"type", "word", false},	{"path", "word", false}, {"class", "word", false},
	{"recorded-on", "date", false}, {NULL, NULL, false},
};
static const struct table_column certified_services[] = {
	{"service", "line", true},
	{"category", "line", false},
	{NULL, NULL, false},
};

const struct table_column *table_columns(int field)
{
	if (field == FIELD_EVENTS)
		return events;
	return field == FIELD_CERTIFIED_SERVICES_TABLE ? certified_services : NULL;
}

void table_put_headings(struct buffer *text, const struct table_column *columns)
{
	for (const struct table_column *column = columns; column->name; column++)
		buffer_printf(text, "%s%s", column == columns ? "" : "\t", column->name);
	buffer_text(text, "\n");
}
