/* changes: what changed, by day, by service, by field. The morning mail. */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "commands/answers/filter.h"
#include "commands/answers/told.h"
#include "common/log.h"
#include "render/changes.h"
#include "render/feed/atom.h"
#include "store/known_days.h"
#include "util/memory.h"

struct question {
	const char *since, *until; /* days, inclusive */
	const char *since_seq;	   /* numbers above this */
	struct filter filter;
	enum format format;
	bool all; /* on a terminal */
};

/* Warns of days that nobody knows: "nothing changed" would be a wrong answer. */
static int check_days(const struct known_days *known, const struct question *question)
{
	int r = question->since ? known_days_warn(known, question->since) : 0;

	return r == 0 && question->until ? known_days_warn(known, question->until) : r;
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

#define CHANGES_FORMATS (FORMATS_OF_TABLES | FORMAT_SET(FORMAT_ATOM))

static void put_formats(struct buffer *text)
{
	format_put_names(text, CHANGES_FORMATS);
}

static const char conditions[] =
	"WHERE (:since IS NULL OR g.day >= :since) AND (:until IS NULL OR g.day <= :until)"
	" AND (:since_seq IS NULL OR c.seq > CAST(:since_seq AS INTEGER))";

/* Prepares the question; into: what stands before it, to make a table of the answer. */
static int ask(sqlite3 *database, const struct question *question, const char *into,
	       sqlite3_stmt **rows)
{
	_cleanup_free_ char *rest =
		xasprintf("%s%s%s", conditions, filter_conditions(&question->filter),
			  question->format == FORMAT_ATOM ? ATOM_ORDER : " ORDER BY c.seq");
	int r = changes_select_into(database, into, rest, rows);

	if (r < 0)
		return r;
	filter_bind(&question->filter, *rows);
	filter_bind_text(*rows, ":since", question->since);
	filter_bind_text(*rows, ":until", question->until);
	filter_bind_text(*rows, ":since_seq", question->since_seq);
	return 0;
}

/* The days of the answer, for its heading: from the first one that is kept to the last known one,
 * unless the question says otherwise. */
static void put_range(const struct known_days *known, const struct question *question,
		      struct buffer *range)
{
	char first[DAY_TEXT_SIZE] = "", last[DAY_TEXT_SIZE] = "";
	const char *since = question->since ? question->since : first;
	const char *until = question->until ? question->until : last;

	day_format(known->first, first);
	day_format(known->last, last);
	if (question->since_seq)
		buffer_printf(range, _("changes after number %s"), question->since_seq);
	else if (strcmp(since, until) >= 0)
		buffer_text(range, since);
	else
		buffer_printf(range, _("%s to %s"), since, until);
}

static int print_page(sqlite3 *database, const struct known_days *known,
		      const struct question *question)
{
	const struct filter *filter = &question->filter;
	_cleanup_statement_ sqlite3_stmt *fill = NULL;
	_cleanup_buffer_ struct buffer range = {0};
	int64_t since;
	struct told told = {
		.important = filter->important,
		.all = question->all,
		.filtered = filter->only || filter->service || filter->field || filter->important,
		.unknown = question->since && day_parse(question->since, &since) == 0 &&
			   since > known->last,
	};
	int count = 0;
	int r = ask(database, question, TOLD_TABLE, &fill);

	if (r == 0)
		r = database_run(fill);
	if (r < 0)
		return r;
	put_range(known, question, &range);
	told.range = range.bytes;
	r = told_print(database, &told, &count);
	return r < 0 ? r : count;
}

static int print_feed(sqlite3 *database, const struct question *question)
{
	const struct filter *filter = &question->filter;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer xml = {0};
	int r = ask(database, question, "", &rows);

	if (r == 0)
		r = atom_put(database, rows, filter->only || filter->service || filter->field,
			     &xml);
	if (r >= 0)
		(void)fwrite(xml.bytes, 1, xml.length, stdout);
	return r;
}

/* Returns how many changes it told of; -EINVAL, already reported, for a question that makes no
 * sense; or another -errno. */
static int answer(sqlite3 *database, const struct state *state, struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	struct known_days known = {.database = NULL};
	int r = filter_begin(&question->filter, database);

	if (r == 0)
		r = check_range(database, question);
	if (r == 0)
		r = known_days_read(database, state, &known);
	if (r == 0)
		r = check_days(&known, question);
	if (r < 0)
		return r;
	if (question->format == FORMAT_TABLE)
		return print_page(database, &known, question);
	if (question->format == FORMAT_ATOM)
		return print_feed(database, question);
	r = ask(database, question, "", &rows);
	return r < 0 ? r : filter_print(rows, question->format, changes_put_tsv, changes_put_json);
}

static int check_question(const struct command *command, const struct question *question)
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
	if (question->all && question->filter.important)
		return command_usage(command, "--all and --important contradict each other");
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
		FILTER_OPTIONS(question.filter),
		FLAG("all", &question.all, "in a table: all fields, and texts and counters"),
		FORMAT_OPTION(&format, put_formats),
		FLAG("exit-code", &exit_code, "1 when something changed"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = check_question(command, &question);
	if (r == 0)
		r = command_parse_format(command, format, CHANGES_FORMATS, &question.format);
	if (r != 0)
		return r;
	r = filter_open_store(&question.filter, command, path, &store, &database);
	if (r < 0)
		return EXIT_STORE;
	r = answer(database, &store.state, &question);
	filter_release(&question.filter);
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
