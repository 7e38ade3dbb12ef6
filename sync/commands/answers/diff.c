/* diff: two days of the list, side by side. */
#include <errno.h>

#include "util/buffer.h"
#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/embed.h"
#include "store/known_days.h"
#include "util/print.h"

EMBED(diff, "commands/answers/diff.sql");

static int print_difference(sqlite3 *database, int64_t before, int64_t after)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer line = {0};
	int r = database_prepare(database, embedded_diff, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, before);
	(void)sqlite3_bind_int64(rows, 2, after);
	while ((r = database_next(rows)) > 0) {
		buffer_clear(&line);
		for (int column = 0; column < 5; column++) {
			buffer_text(&line, column > 0 ? "\t" : "");
			buffer_tsv_field(&line, database_text(rows, column));
		}
		buffer_text(&line, "\n");
		print_text(line.bytes, line.length);
	}
	return r;
}

static int run_diff(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	const char *path = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		{0},
	};
	struct known_days days;
	int64_t before = 0, after = 0;
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count != 2)
		return command_usage(command, "give two days");
	r = command_open_store(command, &(struct sandbox_needs){.store = path}, &store, &database);
	if (r < 0)
		return EXIT_STORE;
	r = known_days_read(database, &store.state, &days);
	if (r == 0)
		r = known_days_find(&days, words.words[0], &before);
	if (r == 0)
		r = known_days_find(&days, words.words[1], &after);
	if (r < 0)
		return r == -EINVAL || r == -ENOENT ? EXIT_USAGE : EXIT_STORE;
	return print_difference(database, before, after) < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "--store DIR DAY DAY",
	.summary = N_("how the list differs between two days"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_diff,
};
