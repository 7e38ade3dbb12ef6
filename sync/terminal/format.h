/* How a command's answer is written: for people, or for programs. */
#ifndef ISMAPFS_FORMAT_H
#define ISMAPFS_FORMAT_H

#include "util/buffer.h"

enum format {
	FORMAT_TABLE, /* for people, in their language; the others are the same in every one */
	FORMAT_LINES, /* a name and its value in each line */
	FORMAT_TSV,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_ATOM,
	FORMAT_ICS,
	FORMAT_COUNT,
};

/* A set of formats, those that a command has. */
#define FORMAT_SET(format) (1u << (format))
#define FORMATS_OF_TABLES \
	(FORMAT_SET(FORMAT_TABLE) | FORMAT_SET(FORMAT_TSV) | FORMAT_SET(FORMAT_JSON) | \
	 FORMAT_SET(FORMAT_JSONL))

/* The format of that name, if it is one of the set. text NULL: table where standard output is a
 * terminal, else tsv. Returns 0 or -EINVAL, which isn't reported. */
int format_parse(const char *text, unsigned set, enum format *format);

/* The names of a set, separated by commas. */
void format_put_names(struct buffer *text, unsigned set);

/* Those of FORMATS_OF_TABLES, for the help of an option. */
void format_put_tables(struct buffer *text);

#endif
