/*
 * assessments: when each listed service is assessed next. The list states a day of
 * every year, so the answer depends on when one asks, and is in no store.
 */
#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "store/database.h"
#include "store/reader.h"
#include "common/embed.h"
#include "util/print.h"

EMBED(assessments, "commands/answers/assessments.sql");

/* The day on which it is now where the list is kept. */
static int find_today(sqlite3 *database, char today[static DAY_TEXT_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database, "SELECT time_zone FROM store", &row);

	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	day_format(day_in_zone(database_text(row, 0), timestamp_now()), today);
	return 0;
}

static int print(const struct store_directory *store, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char today[DAY_TEXT_SIZE];
	int r = find_today(database, today), count = 0;

	(void)store;
	if (r == 0)
		r = database_prepare(database, embedded_assessments, &rows);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(rows, 1, today, -1, SQLITE_STATIC);
	while ((r = database_next(rows)) > 0) {
		count++;
		print_line("%s\t%s\t%s\t%s\t%s", database_text(rows, 0), database_text(rows, 1),
			   database_text(rows, 2), database_text(rows, 3), database_text(rows, 4));
	}
	/* On stderr: an answer without rows is one for programs, too. */
	if (r == 0 && count == 0)
		log_info("no listed service states a day of assessment");
	return r;
}

static int run(const struct command *command, int argc, char **argv)
{
	return command_print_store(command, argc, argv, print);
}

const struct command command_assessments = {
	.name = "assessments",
	.synopsis = "--store DIR",
	.summary = N_("when each listed service is assessed next"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run,
};
