#include "commands/answers/filter.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "render/changes.h"
#include "util/print.h"
#include "vocabulary.h"

/* A line of --only, remark included. */
#define ONLY_LINE_SIZE 4096

static int fail(const char *path)
{
	(void)log_error_errno(-errno, "%s: %m", path);
	return -EINVAL;
}

/* The first word of a line, cut off behind it; "" in an empty one and in a remark. */
static const char *first_word(char *line)
{
	static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF, as some editors begin a file */
	char *word = line;

	if (strncmp(word, mark, strlen(mark)) == 0)
		word += strlen(mark);
	word += strspn(word, " \t");
	word[strcspn(word, " \t\r\n")] = '\0';
	return word[0] == '#' ? "" : word;
}

/* Reads the services that a file names, one a line. Text behind white space and lines that begin
 * with # are remarks. */
static int load_only(sqlite3 *database, const char *path)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	char line[ONLY_LINE_SIZE];
	size_t number = 0;
	int r;

	if (!file)
		return fail(path);
	r = database_prepare(database, "INSERT OR IGNORE INTO only_service VALUES (?1)", &insert);
	if (r < 0)
		return r;
	while (fgets(line, sizeof(line), file)) {
		const char *word;

		number++;
		if (!strchr(line, '\n') && !feof(file))
			return log_error_errno(-EINVAL,
					       "%s: line %zu is no line of text, or too long", path,
					       number);
		word = first_word(line);
		if (word[0] == '\0')
			continue;
		(void)sqlite3_bind_text(insert, 1, word, -1, SQLITE_TRANSIENT);
		r = database_run(insert);
		if (r < 0)
			return r;
	}
	/* fgets() stops at the file's end and at an error. */
	return feof(file) ? 0 : fail(path);
}

/* Whether the store knows each service of the file. */
static int check_only(sqlite3 *database, const char *path)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int unknown = 0;
	int r = database_prepare(database,
				 "SELECT key FROM only_service WHERE key NOT IN"
				 " (SELECT key FROM entity WHERE kind = ?1) ORDER BY key",
				 &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int(rows, 1, KIND_SERVICE);
	while ((r = database_next(rows)) > 0) {
		log_error("%s: the store knows no service '%s'", path, database_text(rows, 0));
		unknown++;
	}
	return r == 0 && unknown > 0 ? -EINVAL : r;
}

static int begin_only(sqlite3 *database, const char *path)
{
	int r = database_execute(database,
				 "CREATE TEMP TABLE only_service (key TEXT PRIMARY KEY) STRICT");

	if (r == 0)
		r = load_only(database, path);
	return r < 0 ? r : check_only(database, path);
}

static int check_name(sqlite3 *database, const char *what, const char *sql, const char *name)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r;

	if (!name)
		return 0;
	r = database_prepare(database, sql, &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(row, 2, KIND_SERVICE);
	r = database_next(row);
	if (r == 0)
		return log_error_errno(-EINVAL, "the store knows no %s '%s'", what, name);
	return r < 0 ? r : 0;
}

int filter_begin(const struct filter *filter, sqlite3 *database)
{
	int r = filter->only ? begin_only(database, filter->only) : 0;

	if (r == 0)
		r = check_name(database, _("service"),
			       "SELECT 1 FROM entity WHERE kind = ?2 AND key = ?1",
			       filter->service);
	if (r == 0)
		r = check_name(database, _("field"),
			       "SELECT 1 FROM field WHERE name = ?1 UNION ALL"
			       " SELECT 1 FROM relation WHERE name = ?1 UNION ALL"
			       " SELECT 1 WHERE ?1 = 'baseline'",
			       filter->field);
	return r < 0 ? r : changes_tell_own_words(database);
}

const char *filter_conditions(const struct filter *filter)
{
	return filter->only ? " AND (:service IS NULL OR service = :service)"
			      " AND (:field IS NULL OR what = :field)"
			      " AND (NOT :important OR important)"
			      " AND service IN (SELECT key FROM temp.only_service)"
			    : " AND (:service IS NULL OR service = :service)"
			      " AND (:field IS NULL OR what = :field)"
			      " AND (NOT :important OR important)";
}

void filter_bind_text(sqlite3_stmt *rows, const char *name, const char *text)
{
	(void)sqlite3_bind_text(rows, sqlite3_bind_parameter_index(rows, name), text, -1,
				SQLITE_STATIC);
}

void filter_bind(const struct filter *filter, sqlite3_stmt *rows)
{
	filter_bind_text(rows, ":service", filter->service);
	filter_bind_text(rows, ":field", filter->field);
	(void)sqlite3_bind_int(rows, sqlite3_bind_parameter_index(rows, ":important"),
			       filter->important);
}

int filter_print(sqlite3_stmt *rows, enum format format, filter_put_row *put_tsv,
		 filter_put_row *put_json)
{
	_cleanup_buffer_ struct buffer line = {0};
	int count = 0, r;

	if (format == FORMAT_JSON)
		(void)fputs("[", stdout);
	while ((r = database_next(rows)) > 0) {
		buffer_clear(&line);
		if (format == FORMAT_JSON)
			buffer_text(&line, count > 0 ? ",\n" : "\n");
		if (format == FORMAT_TSV)
			put_tsv(&line, rows);
		else
			put_json(&line, rows);
		if (format == FORMAT_JSONL)
			buffer_text(&line, "\n");
		print_text(line.bytes, line.length);
		count++;
	}
	if (format == FORMAT_JSON)
		(void)fputs(count > 0 ? "\n]\n" : "]\n", stdout);
	return r < 0 ? r : count;
}
