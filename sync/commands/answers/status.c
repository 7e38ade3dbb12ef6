/* status and log: what a store holds. */
#include <inttypes.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "stale.h"
#include "store/database.h"
#include "store/reader.h"
#include "util/clock.h"
#include "util/print.h"

static void print_time(const char *name, int64_t instant)
{
	char text[TIMESTAMP_TEXT_SIZE];

	timestamp_format(instant, text);
	print_line("%-14s %s", name, instant > 0 ? text : "never");
}

static int print_generation(const struct store_directory *store, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT s.registry, s.title, g.id, g.published_at, g.fetched_at, g.source,"
		" (SELECT location FROM source_document WHERE generation = g.id AND role = 'list'),"
		" g.complete, g.services FROM store s, generation g"
		" ORDER BY g.id DESC LIMIT 1",
		&row);

	if (r < 0)
		return r;
	r = database_next(row);
	if (r <= 0)
		return r;
	print_line("%-14s %s (%s)", "registry", database_text(row, 0), database_text(row, 1));
	print_line("%-14s %lld", "generation", (long long)sqlite3_column_int64(row, 2));
	print_time("published", sqlite3_column_int64(row, 3));
	print_time("fetched", sqlite3_column_int64(row, 4));
	print_line("%-14s %s, %s", "source", database_text(row, 5), database_text(row, 6));
	print_line("%-14s %s", "complete", sqlite3_column_int(row, 7) != 0 ? "yes" : "no");
	print_line("%-14s %lld", "services", (long long)sqlite3_column_int64(row, 8));
	print_time("checked", store->state.last_success);
	print_time("last attempt", store->state.last_attempt);
	print_line("%-14s %s", "last error",
		   store->state.last_error[0] != '\0' ? store->state.last_error : "none");
	if (store->state.lacks[0] != '\0')
		print_line("%-14s %s", "lacks", store->state.lacks);
	if (store->state.next_try > 0)
		print_time("next try", store->state.next_try);
	if (store->state.signer[0] != '\0') {
		print_line("%-14s %s", "signer", store->state.signer);
		print_time("verified", store->state.verified);
		print_time("expires", store->state.expires);
	}
	return 0;
}

static int print_stale(const struct store_directory *store, sqlite3 *database)
{
	enum stale_reason reason = STALE_NOT;
	char sentence[STALE_SENTENCE_SIZE];
	int r = store_reader_find_stale_reason(store, database, clock_now(), &reason);

	if (r < 0)
		return r;
	print_line("%-14s %s", "stale", reason == STALE_NOT ? "no" : "yes");
	stale_reason_sentence(reason, &store->state, &STATE_LIMITS_DEFAULT, sentence,
			      sizeof(sentence));
	if (reason != STALE_NOT)
		print_line("%-14s %s", "reason", sentence);
	return 0;
}

static int print_statuses(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(
		database, "SELECT status, count(*) FROM services GROUP BY status ORDER BY status",
		&rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0)
		print_line("  %-20s %lld", database_text(rows, 0),
			   (long long)sqlite3_column_int64(rows, 1));
	return r;
}

static int print_status(const struct store_directory *store, sqlite3 *database)
{
	int r = print_generation(store, database);

	if (r == 0)
		r = print_stale(store, database);
	return r < 0 ? r : print_statuses(database);
}

static int print_log(const struct store_directory *store, sqlite3 *database)
{
	_cleanup_buffer_ struct buffer line = {0};
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database,
				 "SELECT id, published_at, published_basis, services, source,"
				 " (SELECT location FROM source_document d"
				 " WHERE d.generation = g.id AND d.role IN ('list', 'rewind')"
				 " ORDER BY d.role DESC LIMIT 1)"
				 " FROM generation g ORDER BY id",
				 &rows);

	(void)store;
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		char published[TIMESTAMP_TEXT_SIZE];

		timestamp_format(sqlite3_column_int64(rows, 1), published);
		buffer_clear(&line);
		buffer_printf(&line, "%lld\t%s", (long long)sqlite3_column_int64(rows, 0),
			      published);
		for (int column = 2; column < 6; column++) {
			buffer_text(&line, "\t");
			buffer_tsv_field(&line, database_text(rows, column));
		}
		print_line("%s", line.bytes);
	}
	return r;
}

static int run_status(const struct command *command, int argc, char **argv)
{
	return command_print_store(command, argc, argv, print_status);
}

static int run_log(const struct command *command, int argc, char **argv)
{
	return command_print_store(command, argc, argv, print_log);
}

const struct command command_status = {
	.name = "status",
	.synopsis = "--store DIR",
	.summary = N_("what the store holds, and when it was checked"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_status,
};

const struct command command_log = {
	.name = "log",
	.synopsis = "--store DIR",
	.summary = N_("its generations, oldest first"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_log,
};
