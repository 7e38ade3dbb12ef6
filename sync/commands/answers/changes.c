/* changes: what changed, by day, by service, by field. The morning mail. */
#include <errno.h>
#include <string.h>

#include "render/changes.h"
#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "store/known_days.h"
#include "util/memory.h"
#include "vocabulary.h"
#include "util/print.h"

struct question {
	const char *since, *until; /* days, inclusive */
	const char *since_seq;	   /* numbers above this */
	const char *only;	   /* a file that names services */
	const char *service;
	const char *field;
	bool json;
};

/* A line of --only, remark included. */
#define ONLY_LINE_SIZE 4096

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
		return log_error_errno(-errno, "%s: %m", path);
	r = database_execute(database,
			     "CREATE TEMP TABLE only_service (key TEXT PRIMARY KEY) STRICT");
	if (r < 0)
		return r;
	r = database_prepare(database, "INSERT OR IGNORE INTO only_service VALUES (?1)", &insert);
	if (r < 0)
		return r;
	while (fgets(line, sizeof(line), file)) {
		char *word = number++ == 0 ? foreign_skip_mark(line) : line;

		if (!strchr(line, '\n') && !feof(file))
			return log_error_errno(-EINVAL,
					       "%s: line %zu is no line of text, or too long", path,
					       number);
		word += strspn(word, " \t");
		word[strcspn(word, " \t\r\n")] = '\0';
		if (word[0] == '\0' || word[0] == '#')
			continue;
		(void)sqlite3_bind_text(insert, 1, word, -1, SQLITE_STATIC);
		r = database_run(insert);
		if (r < 0)
			return r;
	}
	/* fgets() stops at the file's end and at an error. */
	return feof(file) ? 0 : log_error_errno(-errno, "%s: %m", path);
}

/* Warns of services of the file that the store doesn't know. */
static int warn_unknown_services(sqlite3 *database, const char *path)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database,
				 "SELECT key FROM only_service WHERE key NOT IN"
				 " (SELECT key FROM entity WHERE kind = ?1) ORDER BY key",
				 &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int(rows, 1, KIND_SERVICE);
	while ((r = database_next(rows)) > 0)
		log_warning("%s: the store knows no service '%s'", path, database_text(rows, 0));
	return r;
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

/*
 * A question about a service or a field that doesn't exist is a mistake: "nothing
 * changed" would be a wrong answer. Returns 0, or -EINVAL after a sentence.
 */
static int check_names(sqlite3 *database, const struct question *question)
{
	int r = check_name(database, _("service"),
			   "SELECT 1 FROM entity WHERE kind = ?2 AND key = ?1", question->service);

	if (r < 0)
		return r;
	return check_name(database, _("field"),
			  "SELECT 1 FROM field WHERE name = ?1 UNION ALL"
			  " SELECT 1 FROM relation WHERE name = ?1 UNION ALL"
			  " SELECT 1 WHERE ?1 = 'baseline'",
			  question->field);
}

/* Warns of days that nobody knows: "nothing changed" would be a wrong answer. */
static int check_days(sqlite3 *database, const struct state *state, const struct question *question)
{
	struct known_days days;
	int r = known_days_read(database, state, &days);

	if (r == 0 && question->since)
		r = known_days_warn(&days, question->since);
	if (r == 0 && question->until)
		r = known_days_warn(&days, question->until);
	return r;
}

/* Warns when the question reaches beyond the history that the store keeps. A number above the
 * newest change is a mistake. */
static int check_range(sqlite3 *database, const struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT (SELECT min(day) FROM generation WHERE kept = 1),"
		" (SELECT min(seq) FROM change), (SELECT seq FROM sqlite_sequence WHERE name = 'change')",
		&row);
	int64_t seq = question->since_seq ? strtoll(question->since_seq, NULL, 10) : 0;

	if (r < 0)
		return r;
	r = database_next(row);
	if (r <= 0)
		return r;
	if (question->since && strcmp(question->since, database_text(row, 0)) < 0)
		log_warning("the store's history begins on %s", database_text(row, 0));
	if (question->since_seq && seq > sqlite3_column_int64(row, 2))
		return log_error_errno(
			-EINVAL,
			"--since-seq is greater than %lld, the number of the newest change",
			(long long)sqlite3_column_int64(row, 2));
	if (question->since_seq && seq + 1 < sqlite3_column_int64(row, 1))
		log_warning("changes before number %lld were pruned",
			    (long long)sqlite3_column_int64(row, 1));
	return 0;
}

static int ask(sqlite3 *database, const struct question *question, sqlite3_stmt **rows)
{
	_cleanup_free_ char *rest = xasprintf(
		"WHERE (?1 IS NULL OR g.day >= ?1) AND (?2 IS NULL OR g.day <= ?2)"
		" AND (?3 IS NULL OR c.seq > CAST(?3 AS INTEGER)) AND (?4 IS NULL OR e.key = ?4)"
		" AND (?5 IS NULL OR what = ?5)%s ORDER BY c.seq",
		question->only ? " AND e.key IN (SELECT key FROM temp.only_service)" : "");
	int r = changes_select(database, rest, rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(*rows, 1, question->since, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(*rows, 2, question->until, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(*rows, 3, question->since_seq, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(*rows, 4, question->service, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(*rows, 5, question->field, -1, SQLITE_STATIC);
	return 0;
}

/* Prints the rows. Returns how many, or -errno. */
static int print_rows(sqlite3_stmt *rows, bool json)
{
	_cleanup_buffer_ struct buffer line = {0};
	int count = 0, r;

	if (json)
		(void)fputs("[", stdout);
	while ((r = database_next(rows)) > 0) {
		buffer_clear(&line);
		if (json) {
			buffer_text(&line, count > 0 ? ",\n" : "\n");
			changes_put_json(&line, rows);
		} else {
			changes_put_tsv(&line, rows);
		}
		print_text(line.bytes, line.length);
		count++;
	}
	if (json)
		(void)fputs(count > 0 ? "\n]\n" : "]\n", stdout);
	return r < 0 ? r : count;
}

/* Returns how many changes it printed; -EINVAL, already reported, for a question that makes no
 * sense; or another -errno. */
static int answer(sqlite3 *database, const struct state *state, const struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = question->only ? warn_unknown_services(database, question->only) : 0;

	if (r < 0)
		return r;
	r = check_names(database, question);
	if (r < 0)
		return r;
	r = check_range(database, question);
	if (r == 0)
		r = check_days(database, state, question);
	if (r < 0)
		return r;
	r = ask(database, question, &rows);
	return r < 0 ? r : print_rows(rows, question->json);
}

static int check_question(const struct command *command, const struct question *question,
			  const char *format)
{
	int64_t days;

	if ((question->since && day_parse(question->since, &days) < 0) ||
	    (question->until && day_parse(question->until, &days) < 0))
		return command_usage(command, "--since and --until are days, YYYY-MM-DD");
	if (question->since && question->until && strcmp(question->since, question->until) > 0)
		return command_usage(command, "--since is later than --until");
	if (question->since_seq &&
	    (question->since_seq[0] == '\0' ||
	     strspn(question->since_seq, "0123456789") != strlen(question->since_seq)))
		return command_usage(command, "--since-seq is a number, not '%s'",
				     question->since_seq);
	if (format && strcmp(format, "tsv") != 0 && strcmp(format, "json") != 0)
		return command_usage(command, "--format is tsv or json, not '%s'", format);
	return 0;
}

static int run_changes(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	struct question question = {0};
	const char *path = NULL, *format = NULL;
	bool exit_code = false;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("since", &question.since, "DAY", "from the beginning of that day on"),
		OPTION("until", &question.until, "DAY", "to the end of that day"),
		OPTION("since-seq", &question.since_seq, "N", "changes with a greater number"),
		OPTION("only", &question.only, "FILE",
		       "of the services that FILE names, one a line"),
		OPTION("service", &question.service, "NUMBER", "of that service"),
		OPTION("field", &question.field, "NAME",
		       "of that field, of controls, baseline or leverages"),
		OPTION("format", &format, "NAME", "tsv (default) or json"),
		FLAG("exit-code", &exit_code, "1 when something changed"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = check_question(command, &question, format);
	if (r != 0)
		return r;
	question.json = format && strcmp(format, "json") == 0;
	r = command_open_store(command,
			       &(struct sandbox_needs){.store = path, .inputs = {question.only}},
			       &store, &database);
	if (r < 0)
		return EXIT_STORE;
	if (question.only && load_only(database, question.only) < 0)
		return EXIT_USAGE;
	r = answer(database, &store.state, &question);
	if (r == -EINVAL)
		return EXIT_USAGE;
	if (r < 0)
		return EXIT_STORE;
	return exit_code && r > 0 ? EXIT_ANSWER : EXIT_DONE;
}

const struct command command_changes = {
	.name = "changes",
	.synopsis = "--store DIR",
	.summary = N_("what changed about services"),
	.exit_status = N_("1 something did (--exit-code), 5 store unusable"),
	.run = run_changes,
};
