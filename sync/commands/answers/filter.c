#include "commands/answers/filter.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "render/changes.h"
#include "util/memory.h"
#include "util/print.h"

/* A line of --only, remark included. */
#define ONLY_LINE_SIZE 4096

static int fail(const char *path)
{
	(void)log_error_errno(-errno, "%s: %m", path);
	return -EINVAL;
}

/* What a line says without a remark behind " #" or the blanks at its ends; "" in an empty one and
 * in a remark. */
static char *strip_line(char *line)
{
	static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF, as some editors begin a file */
	char *text = line, *remark;
	size_t length;

	if (strncmp(text, mark, strlen(mark)) == 0)
		text += strlen(mark);
	text += strspn(text, " \t");
	remark = strstr(text, " #");
	if (remark || text[0] == '#')
		*(remark && text[0] != '#' ? remark : text) = '\0';
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

static void say_unknown(const char *path, const char *text)
{
	if (path)
		log_error("%s: the store knows no service '%s'", path, text);
	else
		log_error("the store knows no %s '%s'", _("service"), text);
}

static void say_several(const char *path, const char *text, const char *numbers)
{
	if (path)
		log_error("%s: several services are called '%s': %s", path, text, numbers);
	else
		log_error("several services are called '%s': %s", text, numbers);
}

/* The service of a number or a name, in whatever case and width; NULL: none, or several, already
 * reported. path: of the file that has the text; may be NULL. */
static const char *find_service(const struct names *names, const char *path, const char *text)
{
	const struct folded_name *found;
	_cleanup_buffer_ struct buffer numbers = {0};
	size_t count = names_find(names, text, &found);

	if (count == 1)
		return names->services[found->service].number;
	for (size_t i = 0; i < count; i++)
		buffer_printf(&numbers, "%s%s", i > 0 ? ", " : "",
			      names->services[found[i].service].number);
	if (count == 0)
		say_unknown(path, text);
	else
		say_several(path, text, numbers.bytes);
	return NULL;
}

/* The service of a line: a number or a name, or a number with a remark behind white space. */
static const char *find_line(const struct names *names, const char *path, const char *text)
{
	size_t first = strcspn(text, " \t");
	_cleanup_free_ char *word = xstrndup(text, first);
	const struct folded_name *found;
	size_t count = names_find(names, word, &found);

	if (count == 1 && found->kind == NAME_IS_NUMBER)
		return names->services[found->service].number;
	return find_service(names, path, text);
}

/* Reads the services that a file names, one a line. *wrong: a line names none, and
 * *table: it looks like a row of a table. */
static int load_only(const struct names *names, sqlite3 *database, const char *path, bool *wrong,
		     bool *table)
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
		const char *service;
		char *text;

		number++;
		if (!strchr(line, '\n') && !feof(file))
			return log_error_errno(-EINVAL,
					       "%s: line %zu is no line of text, or too long", path,
					       number);
		text = strip_line(line);
		if (text[0] == '\0')
			continue;
		service = find_line(names, path, text);
		*wrong |= !service;
		*table |= !service && strpbrk(text, ",\t");
		(void)sqlite3_bind_text(insert, 1, service ? service : "", -1, SQLITE_TRANSIENT);
		r = database_run(insert);
		if (r < 0)
			return r;
	}
	/* fgets() stops at the file's end and at an error. */
	return feof(file) ? 0 : fail(path);
}

static int begin_only(const struct filter *filter, sqlite3 *database)
{
	bool wrong = false, table = false;
	int r = database_execute(database,
				 "CREATE TEMP TABLE only_service (key TEXT PRIMARY KEY) STRICT");

	if (r == 0)
		r = load_only(&filter->names, database, filter->only, &wrong, &table);
	if (table)
		log_info(
			"%s: a number or a name a line; of a table, 'ismap-sync check' prints the numbers",
			filter->only);
	return r == 0 && wrong ? -EINVAL : r;
}

static int begin_services(struct filter *filter, sqlite3 *database)
{
	int r = filter->only || filter->service ? names_read(database, &filter->names) : 0;

	if (r == 0 && filter->only)
		r = begin_only(filter, database);
	if (r < 0 || !filter->service)
		return r;
	filter->service = find_service(&filter->names, NULL, filter->service);
	return filter->service ? 0 : -EINVAL;
}

/* Whether a field or a relation has that name. */
static int check_field(sqlite3 *database, const char *name)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r;

	if (!name)
		return 0;
	r = database_prepare(database,
			     "SELECT 1 FROM field WHERE name = ?1 UNION ALL"
			     " SELECT 1 FROM relation WHERE name = ?1 UNION ALL"
			     " SELECT 1 WHERE ?1 = 'baseline'",
			     &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r == 0)
		return log_error_errno(-EINVAL, "the store knows no %s '%s'", _("field"), name);
	return r < 0 ? r : 0;
}

int filter_begin(struct filter *filter, sqlite3 *database)
{
	int r = begin_services(filter, database);

	if (r == 0)
		r = check_field(database, filter->field);
	return r < 0 ? r : changes_tell_own_words(database);
}

void filter_release(struct filter *filter)
{
	names_release(&filter->names);
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
