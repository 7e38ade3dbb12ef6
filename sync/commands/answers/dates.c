/*
 * dates: the days ahead of the listed services: when validity ends, when each is assessed
 * or reports next. The list states some as days of every year, so the answer depends on
 * when one asks, and is in no store.
 */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "commands/answers/filter.h"
#include "common/embed.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "query/label.h"
#include "render/feed/calendar.h"
#include "stale.h"
#include "store/reader.h"
#include "terminal/page.h"
#include "util/clock.h"
#include "util/memory.h"
#include "util/print.h"

EMBED(upcoming, "commands/answers/dates.sql");

/* Columns of an answer; those up to the field are printed in TSV. */
enum column { DAY, STATED, NUMBER, PROVIDER, NAME, FIELD, BASIS };

#define DATES_FORMATS (FORMATS_OF_TABLES | FORMAT_SET(FORMAT_ICS))

static void put_formats(struct buffer *text)
{
	format_put_names(text, DATES_FORMATS);
}

struct question {
	struct filter filter;
	const char *until;
	enum format format;
	char today[DAY_TEXT_SIZE];
};

/* The day on which it is now where the list is kept. */
static int find_today(sqlite3 *database, char today[static DAY_TEXT_SIZE])
{
	char zone[STORE_ZONE_SIZE];
	int r = store_reader_read_zone(database, zone);

	if (r < 0)
		return r;
	day_format(day_in_zone(zone, clock_now()), today);
	return 0;
}

static int ask(sqlite3 *database, const struct question *question, sqlite3_stmt **rows)
{
	_cleanup_free_ char *sql =
		xasprintf("WITH stated AS (%s WHERE TRUE%s)%s", calendar_query(),
			  filter_conditions(&question->filter), embedded_upcoming);
	int r = database_prepare(database, sql, rows);

	if (r < 0)
		return r;
	filter_bind(&question->filter, *rows);
	filter_bind_text(*rows, ":today", question->today);
	filter_bind_text(*rows, ":until", question->until);
	return 0;
}

static void put_tsv(struct buffer *line, sqlite3_stmt *row)
{
	for (int column = DAY; column <= FIELD; column++) {
		buffer_text(line, column > DAY ? "\t" : "");
		buffer_tsv_field(line, database_text(row, column));
	}
	buffer_text(line, "\n");
}

static void put_json(struct buffer *line, sqlite3_stmt *row)
{
	static const char *const names[] = {"day",  "stated", "service", "provider",
					    "name", "field",  "basis"};

	for (int column = DAY; column <= BASIS; column++) {
		buffer_printf(line, "%s\"%s\":", column > DAY ? "," : "{", names[column]);
		buffer_json_string(line, database_text(row, column));
	}
	buffer_text(line, "}");
}

/* Day, number and what is due; the name in the rest of the line, or below. */
static void put_row(struct page *page, sqlite3_stmt *row, bool *derived)
{
	bool by_rule = strcmp(database_text(row, BASIS), "derived") == 0;

	page_cell(page, STYLE_STRONG, 10, database_text(row, DAY));
	page_move(page, 10 + 2);
	page_put(page, STYLE_PLAIN, 0, field_label(database_text(row, FIELD)));
	page_put(page, STYLE_PLAIN, 0, by_rule ? "*" : "");
	page_move(page, 12 + 19);
	if (page->width < 70) {
		page_end_line(page);
		page_move(page, 4);
	}
	page_cell(page, STYLE_PLAIN, 14, database_text(row, NUMBER));
	page_move(page, page->column + 1);
	page_put(page, STYLE_PLAIN, 0, database_text(row, NAME));
	page_end_line(page);
	*derived = *derived || by_rule;
}

static int print_page(sqlite3_stmt *rows)
{
	_cleanup_page_ struct page page;
	bool derived = false;
	int count = 0, r;

	page_begin(&page);
	while ((r = database_next(rows)) > 0) {
		put_row(&page, rows, &derived);
		count++;
	}
	if (r < 0)
		return r;
	if (count == 0)
		page_wrap(&page, STYLE_PLAIN, 0, _("No such day is ahead."));
	if (derived) {
		page_end_line(&page);
		page_wrap(&page, STYLE_FAINT, 0,
			  _("* computed by the registry's rule, not stated by it"));
	}
	return count;
}

static int print_calendar(sqlite3 *database, const struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer ics = {0};
	_cleanup_free_ char *sql =
		xasprintf("%s WHERE TRUE%s ORDER BY service, what", calendar_query(),
			  filter_conditions(&question->filter));
	int r = database_prepare(database, sql, &rows);

	if (r < 0)
		return r;
	filter_bind(&question->filter, rows);
	r = calendar_put(database, rows, &ics);
	if (r >= 0)
		(void)fwrite(ics.bytes, 1, ics.length, stdout);
	return r;
}

/* A list that states no days at all looks like one on which nothing is due. */
static int warn_of_no_dates(sqlite3 *database)
{
	_cleanup_free_ char *sql = xasprintf("SELECT count(*) FROM (%s)", calendar_query());
	int64_t count = 0;
	int r = database_number(database, sql, &count);

	if (r == 0 && count == 0)
		log_warning("this list states no days of its services");
	return r;
}

/* Of a list that is old, the days are old too. */
static int warn_of_stale(const struct store_directory *store, sqlite3 *database)
{
	char sentence[STALE_SENTENCE_SIZE];
	enum stale_reason reason;
	int r = store_reader_find_stale_reason(store, database, clock_now(), &reason);

	if (r == 0 && reason != STALE_NOT)
		r = store_reader_explain_stale(store, database, reason, sentence, sizeof(sentence));
	if (r == 0 && reason != STALE_NOT)
		log_warning("Not to be relied on: %s", sentence);
	return r;
}

static int answer(const struct store_directory *store, sqlite3 *database, struct question *question)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = filter_begin(&question->filter, database);

	if (r == 0)
		r = find_today(database, question->today);
	if (r == 0)
		r = warn_of_stale(store, database);
	if (r == 0)
		r = warn_of_no_dates(database);
	if (r < 0)
		return r;
	if (question->format == FORMAT_ICS)
		return print_calendar(database, question);
	r = ask(database, question, &rows);
	if (r < 0)
		return r;
	return question->format == FORMAT_TABLE
		       ? print_page(rows)
		       : filter_print(rows, question->format, put_tsv, put_json);
}

static int check_question(const struct command *command, const struct question *question)
{
	int64_t day;

	if (question->until && day_parse(question->until, &day) < 0)
		return command_usage(command, "--until is a day, YYYY-MM-DD");
	if (question->until && question->format == FORMAT_ICS)
		return command_usage(command, "a calendar has all days: leave --until out");
	return 0;
}

static int run_dates(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	struct question question = {.until = NULL};
	const char *path = NULL, *format = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("until", &question.until, "DAY", "to the end of that day"),
		OPTION("only", &question.filter.only, "FILE",
		       "of the services that FILE names, one a line"),
		OPTION("service", &question.filter.service, "NUMBER", "of that service"),
		OPTION("field", &question.filter.field, "NAME",
		       "valid-until, annual-assessment or next-report-on"),
		FORMAT_OPTION(&format, put_formats),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r == 0)
		r = command_parse_format(command, format, DATES_FORMATS, &question.format);
	if (r == 0)
		r = check_question(command, &question);
	if (r != 0)
		return r;
	r = filter_open_store(&question.filter, command, path, &store, &database);
	if (r < 0)
		return EXIT_STORE;
	r = answer(&store, database, &question);
	filter_release(&question.filter);
	if (r == -EINVAL)
		return EXIT_USAGE;
	return r < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_dates = {
	.name = "dates",
	.synopsis = "--store DIR",
	.summary = N_("the days ahead: of expiry, assessment, report"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_dates,
};
