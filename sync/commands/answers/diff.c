/* diff: two days of the list, side by side. */
#include <errno.h>

#include "cli/command.h"
#include "commands/answers/filter.h"
#include "render/changes.h"
#include "commands/answers/told.h"
#include "common/embed.h"
#include "store/known_days.h"
#include "util/memory.h"

EMBED(diff, "commands/answers/diff.sql");

struct question {
	const char *days[2];
	int64_t before, after; /* their generations */
	struct filter filter;
	enum format format;
	bool all; /* on a terminal */
};

static int find_days(sqlite3 *database, const struct state *state, struct question *question)
{
	struct known_days days;
	int r = known_days_read(database, state, &days);

	if (r == 0)
		r = known_days_find(&days, question->days[0], &question->before);
	return r < 0 ? r : known_days_find(&days, question->days[1], &question->after);
}

/* Prepares the question; into: what stands before it, to make a table of the answer. */
static int ask(sqlite3 *database, const struct question *question, const char *into,
	       sqlite3_stmt **rows)
{
	_cleanup_free_ char *sql =
		xasprintf("%sSELECT * FROM (%s) WHERE TRUE%s ORDER BY service, rank, old, new",
			  into, embedded_diff, filter_conditions(&question->filter));
	int r = database_prepare(database, sql, rows);

	if (r < 0)
		return r;
	filter_bind(&question->filter, *rows);
	(void)sqlite3_bind_int64(*rows, sqlite3_bind_parameter_index(*rows, ":before"),
				 question->before);
	(void)sqlite3_bind_int64(*rows, sqlite3_bind_parameter_index(*rows, ":after"),
				 question->after);
	return 0;
}

/* What a day is called in the heading: the newest list may be old. */
static int call(sqlite3 *database, const char *day, int64_t generation, char **name)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r;

	if (strcmp(day, "latest") != 0) {
		*name = xstrdup(day);
		return 0;
	}
	r = database_prepare(database, "SELECT day FROM generation WHERE id = ?1", &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, generation);
	r = database_next(row);
	if (r > 0)
		*name = xasprintf(_("the newest list, of %s"), database_text(row, 0));
	return r > 0 ? 0 : r < 0 ? r : -EBADMSG;
}

static int print_page(sqlite3 *database, const struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *fill = NULL;
	_cleanup_free_ char *before = NULL, *after = NULL, *range = NULL;
	struct told told = {
		.important = question->filter.important,
		.all = question->all,
		.filtered = true,
	};
	int count = 0;
	int r = call(database, question->days[0], question->before, &before);

	if (r == 0)
		r = call(database, question->days[1], question->after, &after);
	if (r < 0)
		return r;
	range = xasprintf(_("%s compared with %s"), before, after);
	told.range = range;
	r = ask(database, question, TOLD_TABLE, &fill);
	if (r == 0)
		r = database_run(fill);
	if (r == 0)
		r = told_print(database, &told, &count);
	return r < 0 ? r : count;
}

/* Returns how many differences it told of; -EINVAL or -ENOENT, already reported, for a question
 * that makes no sense; or another -errno. */
static int answer(sqlite3 *database, const struct state *state, struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = filter_begin(&question->filter, database);

	if (r == 0)
		r = find_days(database, state, question);
	if (r < 0)
		return r;
	if (question->format == FORMAT_TABLE)
		return print_page(database, question);
	r = ask(database, question, "", &rows);
	return r < 0 ? r : filter_print(rows, question->format, changes_put_tsv, changes_put_json);
}

static int run_diff(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	struct question question = {.after = 0};
	const char *path = NULL, *format = NULL;
	bool exit_code = false;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		FILTER_OPTIONS(question.filter),
		FLAG("all", &question.all, "in a table: all fields, and texts and counters"),
		FORMAT_OPTION(&format, format_put_tables),
		FLAG("exit-code", &exit_code, "1 when something changed"),
		{0},
	};
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r == 0)
		r = command_parse_format(command, format, FORMATS_OF_TABLES, &question.format);
	if (r != 0)
		return r;
	if (words.count != 2)
		return command_usage(command, "give two days");
	if (question.all && question.filter.important)
		return command_usage(command, "--all and --important contradict each other");
	question.days[0] = words.words[0];
	question.days[1] = words.words[1];
	r = filter_open_store(&question.filter, command, path, &store, &database);
	if (r < 0)
		return EXIT_STORE;
	r = answer(database, &store.state, &question);
	filter_release(&question.filter);
	if (r == -EINVAL || r == -ENOENT)
		return EXIT_USAGE;
	if (r < 0)
		return EXIT_STORE;
	return exit_code && r > 0 ? EXIT_ANSWER : EXIT_DONE;
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "--store DIR DAY DAY",
	.summary = N_("how the list differs between two days"),
	.exit_status = N_("1 something did (--exit-code), 5 store unusable"),
	.run = run_diff,
};
