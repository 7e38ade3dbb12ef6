/*
 * prune: forgets old states. The current state stays as it is. Pruning makes a
 * generation of its own, so that a running mount notices it.
 */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "render/render.h"
#include "util/clock.h"
#include "common/embed.h"
#include "stage/generation.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "store/chain.h"
#include "store/past/pruned.h"
#include "store/publications/kept.h"
#include "store/reader.h"
#include "store/working_copy.h"

EMBED(prune, "commands/prune.sql");
EMBED(restated, "stage/restated.sql");

struct keep {
	int64_t days;	     /* 0: by number */
	int64_t generations; /* 0: by days */
};

static int parse_keep(const struct command *command, const char *text, struct keep *keep)
{
	char *end;
	long long number;

	errno = 0;
	/* cppcheck-suppress [nullPointer,ctunullpointer]; a required option has a value */
	number = strtoll(text, &end, 10); /* NOLINT(clang-analyzer-core.NonNullParamChecker) */
	if (end == text || errno != 0 || number <= 0 || number > 1000000 ||
	    (strcmp(end, "") != 0 && strcmp(end, "d") != 0))
		return command_usage(
			command,
			"--keep is a number of days such as 400d, or of generations, not '%s'",
			text);
	*keep = (struct keep){
		.days = *end == 'd' ? number : 0,
		.generations = *end == 'd' ? 0 : number,
	};
	return 0;
}

/* The oldest day to keep, in the registry's zone. */
static int oldest_day(sqlite3 *database, const struct keep *keep, int64_t now,
		      char day[static DAY_TEXT_SIZE])
{
	char zone[STORE_ZONE_SIZE];
	int r = store_reader_read_zone(database, zone);

	if (r == 0)
		day_format(day_in_zone(zone, now) - keep->days, day);
	return r;
}

/* Finds the oldest generation to keep: the one whose state held on the oldest day to keep. *first
 * is 0 when all are kept. */
static int find_first(sqlite3 *database, const struct keep *keep, int64_t now, int64_t *first)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char day[DAY_TEXT_SIZE];
	int r;

	if (keep->generations > 0)
		r = database_prepare(
			database,
			"SELECT id, (SELECT min(id) FROM generation WHERE kept = 1) FROM"
			" generation WHERE kept = 1 AND source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1 OFFSET ?1 - 1",
			&row);
	else
		r = database_prepare(
			database,
			"SELECT max(id), (SELECT min(id) FROM generation WHERE kept = 1) FROM"
			" generation WHERE kept = 1 AND source NOT IN ('prune', 'upgrade') AND day <= ?2",
			&row);
	if (r == 0)
		r = oldest_day(database, keep, now, day);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, keep->generations);
	(void)sqlite3_bind_text(row, 2, day, -1, SQLITE_STATIC);
	r = database_next(row);
	*first = 0;
	if (r > 0 && sqlite3_column_int64(row, 0) > sqlite3_column_int64(row, 1))
		*first = sqlite3_column_int64(row, 0);
	return r < 0 ? r : 0;
}

static int render(const struct working_copy *copy, int64_t generation)
{
	_cleanup_documents_ struct documents documents = {0};
	int r = documents_open(&documents, copy->database, 0, generation);

	documents.limit = copy->store->state.publication_limit;
	return r < 0 ? r : render_past(&documents);
}

/* The list is the same, so what the state knows of it stays true. */
static void speak_on(struct store_directory *store)
{
	int64_t held_until = store->state.held_until;

	store_directory_speak_of_current(store);
	store->state.held_until = held_until;
}

/* What goes and what stays are both stated, so that the past can't be changed under this name. */
static int forget(sqlite3 *database, int64_t first, int64_t generation)
{
	int r = pruned_state(database, PRUNED_FORGOTTEN, first, generation);

	if (r == 0)
		r = database_execute(database, embedded_prune);
	if (r == 0)
		r = pruned_state(database, PRUNED_KEPT, first, generation);
	if (r == 0)
		r = database_execute(database, embedded_restated);
	return r < 0 ? r : chain_seal(database);
}

static int prune(struct working_copy *copy, int64_t first)
{
	struct store_directory *store = copy->store;
	sqlite3 *database = copy->database;
	bool was_spoken_of = store_directory_is_spoken_of(store);
	struct generation generation = {
		.fetched_at = clock_now(),
		.source = "prune",
		.former_held_until = was_spoken_of ? store->state.held_until : 0,
	};
	int r = database_executef(database,
				  "ATTACH ':memory:' AS stage;"
				  "CREATE TABLE stage.staged_run (gen INTEGER) STRICT;"
				  "INSERT INTO staged_run VALUES (NULL);"
				  "CREATE TABLE stage.prune_run (first INTEGER NOT NULL) STRICT;"
				  "INSERT INTO prune_run VALUES (%lld);"
				  "BEGIN",
				  (long long)first);

	if (r == 0)
		r = generation_begin_same(database, &generation);
	if (r == 0)
		r = forget(database, first, generation.id);
	if (r == 0)
		r = render(copy, generation.id);
	/* VACUUM gives the freed pages back to the disk. */
	if (r == 0)
		r = database_execute(database, "COMMIT; DETACH stage; VACUUM");
	if (r == 0)
		r = working_copy_make_current(copy, generation.id, generation.id);
	if (r == 0 && was_spoken_of)
		speak_on(store);
	return r;
}

/* A run that was killed behind its switch couldn't say that the state goes on to be true. */
static int finish_former(struct store_directory *store, sqlite3 *database)
{
	const struct state *state = &store->state;
	int64_t pruned = 0;
	int r = database_numberf(
		database, &pruned,
		"SELECT count(*) FROM generation g, generation f WHERE g.source = 'prune'"
		" AND g.id = (SELECT max(id) FROM generation) AND f.id = %lld AND f.chain = %Q"
		" AND f.id = (SELECT max(id) FROM generation WHERE id < g.id)",
		(long long)state->generation, state->chain);

	if (r < 0 || pruned == 0)
		return r;
	speak_on(store);
	return store_directory_write_state(store);
}

/* Which documents stay: those that a kept state was read from, and those fetched since. */
struct documents_to_keep {
	sqlite3 *database;
	int64_t since;
	int error;
};

static bool keeps_document(const struct kept_document *document, void *context)
{
	struct documents_to_keep *keep = context;
	int64_t count = 0;
	int r = database_numberf(keep->database, &count,
				 "SELECT count(*) FROM source_document d JOIN generation g"
				 " ON g.id = d.generation AND g.kept = 1 WHERE d.sha256 = %Q",
				 document->sha256);

	if (r < 0)
		keep->error = r;
	return count > 0 || r < 0 || document->fetched_at >= keep->since;
}

/* Also of a pruning that was killed before it came here. */
static int forget_documents(const struct store_directory *store)
{
	_cleanup_kept_index_ struct kept_index index = {.rows = NULL};
	_cleanup_database_ sqlite3 *database = NULL;
	struct documents_to_keep keep = {.error = 0};
	int r = kept_index_read(store->fd, &index);

	if (r < 0)
		return log_error_errno(r, "%s/" STORE_PUBLICATIONS "/index: %m", store->path);
	if (index.count == 0)
		return 0;
	r = store_reader_open_current(store, &database);
	if (r == 0)
		r = database_number(
			database,
			"SELECT fetched_at FROM generation WHERE kept = 1 ORDER BY id LIMIT 1",
			&keep.since);
	keep.database = database;
	if (r == 0)
		r = kept_forget(store, &index, keeps_document, &keep);
	return r < 0 ? r : keep.error;
}

static int run(struct store_directory *store, const struct keep *keep)
{
	_cleanup_working_copy_ struct working_copy copy = {.store = NULL};
	int64_t first = 0;
	int r = working_copy_open(&copy, store);

	if (r == 0)
		r = find_first(copy.database, keep, clock_now(), &first);
	if (r < 0)
		return r;
	if (first == 0) {
		r = finish_former(store, copy.database);
		if (r == 0)
			r = forget_documents(store);
		if (r == 0)
			(void)printf("unchanged: nothing is older than that\n");
		return r;
	}
	r = prune(&copy, first);
	if (r == 0)
		r = store_directory_write_state(store);
	if (r == 0)
		r = forget_documents(store);
	if (r == 0)
		(void)printf("pruned: states before generation %lld are gone\n", (long long)first);
	return r;
}

static int run_prune(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL, *text = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("keep", &text, "DAYSd|N",
		       "forget what is older than so many days, like 400d, or\nall but the last N generations",
		       .required = true),
		{0},
	};
	struct keep keep = {0};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = parse_keep(command, text, &keep);
	if (r != 0)
		return r;
	if (command_open_list(command, path, &store) < 0)
		return EXIT_STORE;
	r = run(&store, &keep);
	return r < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_prune = {
	.name = "prune",
	.synopsis = "--store DIR --keep DAYSd|N",
	.summary = N_("forget older states"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_prune,
};
