#include "terminal/format.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const names[FORMAT_COUNT] = {"table", "lines", "tsv", "json",
						"jsonl", "atom",  "ics"};

int format_parse(const char *text, unsigned set, enum format *format)
{
	*format = isatty(STDOUT_FILENO) ? FORMAT_TABLE : FORMAT_TSV;
	if (!text)
		return 0;
	for (int i = 0; i < FORMAT_COUNT; i++) {
		if (!(set & FORMAT_SET(i)) || strcmp(names[i], text) != 0)
			continue;
		*format = (enum format)i;
		return 0;
	}
	return -EINVAL;
}

void format_put_names(struct buffer *text, unsigned set)
{
	const char *before = "";

	for (int i = 0; i < FORMAT_COUNT; i++) {
		if (!(set & FORMAT_SET(i)))
			continue;
		buffer_printf(text, "%s%s", before, names[i]);
		before = ", ";
	}
}

void format_put_tables(struct buffer *text)
{
	format_put_names(text, FORMATS_OF_TABLES);
}
