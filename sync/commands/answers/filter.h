/* Which changes of services changes and diff tell of, and in which format. */
#ifndef ISMAPFS_FILTER_H
#define ISMAPFS_FILTER_H

#include "cli/command.h"
#include "query/names.h"
#include "store/database.h"
#include "store/reader.h"

struct filter {
	const char *only; /* a file that names services; NULL: all, as in the others */
	const char *service;
	const char *field;
	const char *store;  /* its path, for commands that are named */
	bool important;	    /* of the listing, the status, the level, the class or validity */
	struct names names; /* of the store's services, where some are asked for */
};

#define FILTER_OPTIONS(filter) \
	OPTION("only", &(filter).only, "FILE", "of the services that FILE names, one a line"), \
		OPTION("service", &(filter).service, "NUMBER", "of that service"), \
		OPTION("field", &(filter).field, "NAME", \
		       "of that field, of controls, baseline or leverages"), \
		FLAG("important", &(filter).important, \
		     "of listing, status, level, class and validity alone")

/* Opens the store as command_open_store() does, and its sandbox for the file of --only. */
int filter_open_store(struct filter *filter, const struct command *command, const char *path,
		      struct store_directory *store, sqlite3 **database);

/*
 * Finds the services that are asked for, by numbers or names as check does, and looks
 * whether the store knows them and the field: of what doesn't exist, "nothing changed"
 * would be a wrong answer. The caller releases the filter. Returns 0; -EINVAL for a
 * mistake of the user's, or another -errno; already reported.
 */
int filter_begin(struct filter *filter, sqlite3 *database);

void filter_release(struct filter *filter);

/* Conditions on the columns service, what and important (render/changes.h), each after AND. */
const char *filter_conditions(const struct filter *filter);

/* Binds what the conditions need. */
void filter_bind(const struct filter *filter, sqlite3_stmt *rows);

/* Binds a text, which lives as long as the statement, to a parameter by its name. */
void filter_bind_text(sqlite3_stmt *rows, const char *name, const char *text);

/* Appends a row: in JSON the object, in TSV the line with its end. */
typedef void filter_put_row(struct buffer *line, sqlite3_stmt *row);

/* Prints rows in tsv, json or jsonl. Returns how many, or -errno, already reported. */
int filter_print(sqlite3_stmt *rows, enum format format, filter_put_row *put_tsv,
		 filter_put_row *put_json);

#endif
