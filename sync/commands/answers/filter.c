#include "commands/answers/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cli/sandbox.h"
#include "commands/query/answer.h"
#include "common/log.h"
#include "query/claims.h"
#include "query/search.h"
#include "render/changes.h"
#include "util/memory.h"
#include "util/print.h"
#include "util/table/sheet.h"

/* So many unknown services of a file are searched for: each search reads all services. */
#define SEARCHES_MAX 20

/* So much of a line is shown, in bytes. */
#define SHOWN_MAX 200

int filter_open_store(struct filter *filter, const struct command *command, const char *path,
		      struct store_directory *store, sqlite3 **database)
{
	/* Within the sandbox no encoding could be loaded. */
	if (filter->only)
		sheet_prepare();
	filter->store = path;
	return command_open_store(command,
				  &(struct sandbox_needs){.store = path, .inputs = {filter->only}},
				  store, database);
}

static void say_unknown(const char *path, size_t line, const char *text)
{
	if (path)
		log_error("%s: line %zu: the store knows no service '%.200s'", path, line, text);
	else
		log_error("the store knows no %s '%s'", _("service"), text);
}

/* Where what is asked for is a part of names, the way to them. Not of what is too long to be shown.
 */
static int say_others(const struct filter *filter, sqlite3 *database, const char *text)
{
	const struct list list = {.database = database};
	_cleanup_search_ struct search_hits hits = {0};
	_cleanup_buffer_ struct buffer way = {0};
	int r = strlen(text) > SHOWN_MAX ? 0 : search(&list, &text, 1, &hits);

	if (r < 0 || hits.count == 0)
		return r;
	buffer_text(&way, "ismap-sync search --store");
	answer_add_word(&way, filter->store);
	answer_add_last_word(&way, text);
	log_info(translate_counted(hits.count, "%zu service has these words: %s",
				   "%zu services have these words: %s"),
		 hits.count, way.bytes);
	return 0;
}

static void say_several(const char *path, size_t line, const char *text, const char *numbers)
{
	if (path)
		log_error("%s: line %zu: several services are called '%s': %s", path, line, text,
			  numbers);
	else
		log_error("several services are called '%s': %s", text, numbers);
}

/* The service of a number or a name, in whatever case and width; NULL: none, or several, already
 * reported. path: of the file whose line has the text; may be NULL. *known: there are some. */
static const char *find_service(const struct names *names, const char *path, size_t line,
				const char *text, bool *known)
{
	const struct folded_name *found;
	_cleanup_buffer_ struct buffer numbers = {0};
	size_t count = names_find(names, text, &found);

	*known = count > 0;
	if (count == 1)
		return names->services[found->service].number;
	for (size_t i = 0; i < count; i++)
		buffer_printf(&numbers, "%s%s", i > 0 ? ", " : "",
			      names->services[found[i].service].number);
	if (count == 0)
		say_unknown(path, line, text);
	else
		say_several(path, line, text, numbers.bytes);
	return NULL;
}

/* The service of a line: a number or a name, or a number with a remark behind white space. */
static const char *find_line(const struct names *names, const char *path, const struct claim *claim,
			     bool *known)
{
	size_t first = strcspn(claim->text, " \t");
	_cleanup_free_ char *word = xstrndup(claim->text, first);
	const struct folded_name *found;
	size_t count = names_find(names, word, &found);

	*known = true;
	if (count == 1 && found->kind == NAME_IS_NUMBER)
		return names->services[found->service].number;
	return find_service(names, path, claim->line, claim->text, known);
}

/* Reads what a file names. */
static int read_only(const char *path, struct claims *claims)
{
	struct reason reason = {.about = path};
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		(void)log_error_errno(-errno, "%s: %m", path);
	if (fd < 0 || claims_read(fd, NULL, &reason, claims) < 0) {
		reason_say(&reason);
		return -EINVAL;
	}
	return 0;
}

static int begin_only(const struct filter *filter, sqlite3 *database)
{
	_cleanup_claims_ struct claims claims = {0};
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	size_t searches = 0;
	bool wrong = false, known;
	int r = read_only(filter->only, &claims);

	if (r == 0)
		r = database_execute(
			database, "CREATE TEMP TABLE only_service (key TEXT PRIMARY KEY) STRICT");
	if (r == 0)
		r = database_prepare(database, "INSERT OR IGNORE INTO only_service VALUES (?1)",
				     &insert);
	for (size_t i = 0; r == 0 && i < claims.count; i++) {
		const char *service =
			find_line(&filter->names, filter->only, &claims.claims[i], &known);

		wrong |= !service;
		if (!known && searches++ < SEARCHES_MAX)
			r = say_others(filter, database, claims.claims[i].text);
		if (!service)
			continue;
		(void)sqlite3_bind_text(insert, 1, service, -1, SQLITE_TRANSIENT);
		r = database_run(insert);
	}
	return r == 0 && wrong ? -EINVAL : r;
}

static int begin_services(struct filter *filter, sqlite3 *database)
{
	bool known;
	int r = filter->only || filter->service ? names_read(database, &filter->names) : 0;

	if (r == 0 && filter->only)
		r = begin_only(filter, database);
	if (r < 0 || !filter->service)
		return r;
	filter->service = find_service(&filter->names, NULL, 0, filter->service, &known);
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
