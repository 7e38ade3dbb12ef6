/*
 * import-history: many dated publications, in the order of their time, become
 * generations of one new file of the store. Each list is read with the documents
 * of its day that lie beside it. An interrupted run makes current what
 * it has read, and the next run goes on behind that.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "util/clock.h"
#include "common/log.h"
#include "fetch/progress.h"
#include "cli/pull_options.h"
#include "pull/calendar.h"
#include "gather/dated.h"
#include "gather/known.h"
#include "pull/upgrade.h"

/* How often the imported generations are made current, and so safe from a crash. */
#define CURRENT_INTERVAL (60 * 1000)

/* SIGINT or SIGTERM, once it came: the run ends after the current file. */
static volatile sig_atomic_t interrupted;

struct import {
	struct store_directory *store;
	const struct pull_request *request;
	struct clock_reading clock;
	struct dated_files history;
	int64_t read_day; /* of the last list that was read, or that the store had before */
	size_t lists, changed, unchanged, older, refused;
};

static void import_release(struct import *import)
{
	dated_files_release(&import->history);
}
#define _cleanup_import_ __attribute__((cleanup(import_release)))

static void on_signal(int signal)
{
	interrupted = signal;
}

static int newest_published(sqlite3 *database, int64_t *instant)
{
	return database_number(database, "SELECT coalesce(max(published_at), -1) FROM generation",
			       instant);
}

/* The map that all lists are read by. */
static int read_map(const struct import *import, struct reason *reason,
		    struct document_set *documents)
{
	const struct pull_request *request = import->request;
	int r;

	if (!request->source_options.map || !request->reader->map_role)
		return 0;
	reason->about = request->source_options.map;
	r = dated_read(request->reader, request->source_options.map, reason, documents);
	if (r == 0)
		documents->rows[documents->count - 1].role = request->reader->map_role;
	return r;
}

/* Adds what goes with the list. A document that can't be read is missing. */
static void read_beside(struct import *import, const struct dated_file *list,
			struct document_set *documents)
{
	const struct reader *reader = import->request->reader;

	for (const struct document_kind *kind = reader->documents; kind->role; kind++) {
		struct dated_file *file =
			kind->required || kind->many
				? NULL
				: dated_find_beside(&import->history, kind, list, import->read_day);
		struct reason reason = {.about = file ? file->path : NULL};

		if (!file)
			continue;
		file->used = true;
		if (dated_read(reader, file->path, &reason, documents) < 0)
			reason_say(&reason);
	}
}

static void refuse(struct import *import, const struct reason *reason,
		   const struct document *document)
{
	char name[96];

	reason_say(reason);
	import->refused++;
	(void)store_directory_keep_rejected(import->store, document->sha256, document->bytes,
					    document->length, name);
}

/* The newest list was right when it was published. */
static void note_success(struct state *state, const struct update_result *result)
{
	if (result->published_at > state->last_success)
		state->last_success = result->published_at;
	state->published = result->stated_at;
	state->publication_limit = result->publication_limit;
}

/* Adds what the documents change; where one beside the list is refused, without it. Returns 1 when
 * the list is refused. */
static int add(struct import *import, struct updater *updater, struct document_set *documents,
	       struct update_result *result)
{
	struct reason reason = {.about = documents->rows[0].location};
	struct update_request request = {
		.reader = import->request->reader,
		.source_name = import->request->reader->name,
		.clock = import->clock,
		.loss_limit = import->request->loss_limit,
		.accept_loss = import->request->accept_loss,
		.reason = &reason,
	};

	for (;;) {
		const struct document *refused;
		int r;

		request.documents = documents->rows;
		request.document_count = documents->count;
		r = calendar_add(updater, &request, result);
		if (!reason.refused) {
			reason_say(&reason);
			return r;
		}
		refused = result->refused ? result->refused : &documents->rows[0];
		refuse(import, &reason, refused);
		if (refused == &documents->rows[0])
			return 1;
		document_set_remove(documents, (size_t)(refused - documents->rows));
		reason_clear(&reason);
		reason.about = documents->rows[0].location;
	}
}

/* Imports one list. Returns 0 also when it is refused: the others may be good. */
static int import_list(struct import *import, struct updater *updater,
		       const struct dated_file *file)
{
	struct reason reason = {.about = file->path};
	_cleanup_document_set_ struct document_set documents = {0};
	struct update_result result;
	int64_t newest;
	int r = newest_published(updater->copy.database, &newest);

	if (r < 0)
		return r;
	if (file->dated && file->published_at <= newest) {
		import->older++;
		import->read_day = file->day;
		return 0;
	}
	r = dated_read(import->request->reader, file->path, &reason, &documents);
	if (r == 0)
		r = read_map(import, &reason, &documents);
	if (r < 0) {
		reason_say(&reason);
		return r;
	}
	documents.rows[0].role = DOCUMENT_LIST;
	read_beside(import, file, &documents);
	r = add(import, updater, &documents, &result);
	if (r != 0)
		return r < 0 ? r : 0;
	import->read_day = file->dated ? file->day : import->read_day;
	import->changed += result.changed;
	import->unchanged += !result.changed;
	known_note(import->store, import->request->reader, &documents, false);
	note_success(&import->store->state, &result);
	return 0;
}

/* What isn't a list is read beside one. */
static int import_file(struct import *import, struct updater *updater,
		       const struct dated_file *file)
{
	if (!file->kind->required)
		return 0;
	import->lists++;
	return import_list(import, updater, file);
}

/*
 * A run that was killed behind its switch couldn't note what it imported. What the
 * state says of another list counts for nothing; of this one it says when it was
 * right, but no checksum, so that the next pull reads the list whole and notes the rest.
 */
static int recover_state(sqlite3 *database, const struct reader *reader,
			 struct store_directory *store)
{
	_cleanup_statement_ sqlite3_stmt *newest = NULL;
	struct state *state = &store->state;
	int r;

	if (store_directory_is_spoken_of(store))
		return 0;
	known_forget(state);
	state->sha256[0] = '\0';
	state->last_success = state->published = state->publication_limit = 0;
	r = database_prepare(database,
			     "SELECT published_at FROM generation WHERE source = ?1"
			     " ORDER BY id DESC LIMIT 1",
			     &newest);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(newest, 1, reader->name, -1, SQLITE_STATIC);
	r = database_next(newest);
	if (r <= 0)
		return r;
	state->last_success = sqlite3_column_int64(newest, 0);
	return 0;
}

/* Imports from file *next on, until it is time to make the result current. *next is where to go on.
 */
static int import_batch(struct import *import, struct progress *progress, size_t *next)
{
	_cleanup_updater_ struct updater updater = {.first = 0};
	int64_t started = clock_now();
	int r = updater_open(&updater, import->store);

	if (r == 0)
		r = recover_state(updater.copy.database, import->request->reader, import->store);
	while (r == 0 && *next < import->history.count && !interrupted &&
	       clock_now() - started < CURRENT_INTERVAL) {
		r = import_file(import, &updater, &import->history.files[(*next)++]);
		progress_show(progress, *next, import->history.count);
	}
	if (r == 0)
		r = updater_make_current(&updater);
	if (r == 0)
		updater_note(&updater, import->store);
	return r;
}

/* Documents that aren't lists, where there are any. */
static void print_beside(const struct import *import)
{
	size_t beside = 0, used = 0;

	for (size_t i = 0; i < import->history.count; i++) {
		const struct dated_file *file = &import->history.files[i];

		beside += !file->kind->required;
		used += file->used;
	}
	if (beside > 0)
		(void)printf(
			"of these, documents beside a list: %zu, of which %zu were read with one\n",
			beside, used);
}

static enum exit_code import_all(struct import *import)
{
	struct progress progress = {.label = "import-history"};
	size_t next = 0;
	int r = upgrade(import->store);

	r = r < 0 ? r : 0;
	import->clock = clock_read(0);
	progress_begin(&progress);
	while (r == 0 && next < import->history.count && !interrupted)
		r = import_batch(import, &progress, &next);
	progress_end(&progress);
	import->store->state.last_attempt = clock_now();
	if (r == 0)
		import->store->state.last_error[0] = '\0';
	if (store_directory_write_state(import->store) < 0 || r < 0)
		return EXIT_STORE;
	(void)printf(
		"%zu of %zu file%s read: %zu changed something, %zu said nothing new, %zu not newer than the store, %zu refused\n",
		next, import->history.count, PLURAL(import->history.count), import->changed,
		import->unchanged, import->older, import->refused);
	print_beside(import);
	if (interrupted) {
		(void)printf("interrupted: run it again with the same files to go on\n");
		return (enum exit_code)(EXIT_SIGNAL + interrupted);
	}
	if (import->older == import->lists)
		(void)printf(
			"note: the store is newer than all of them; older history goes into a store of its own\n");
	return import->refused > 0 ? EXIT_REFUSED : EXIT_DONE;
}

static void catch_signals(void)
{
	/* Without SA_RESTART the signal also ends a long read. */
	const struct sigaction action = {.sa_handler = on_signal};

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

static int run_import_history(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_request request = {.loss_limit = UPDATE_LOSS_LIMIT_REGISTRY};
	_cleanup_import_ struct import import = {
		.store = &store, .request = &request, .read_day = INT64_MIN};
	const char *path = NULL, *source = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		SOURCE_OPTION(&source, reader_put_names, .required = true),
		MAP_OPTION(&request.source_options.map),
		ACCEPT_LOSS_OPTION(&request.accept_loss),
		{0},
	};
	struct sandbox_needs needs = {.writes = true};
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count == 0)
		return command_usage(command, "there is no file to import");
	r = pull_options_find_reader(command, source, &request.reader);
	if (r != 0)
		return r;
	needs.store = path;
	needs.inputs[0] = request.source_options.map;
	needs.words = words.words;
	needs.word_count = words.count;
	if (command_open_writer(command, &needs, true, &store) < 0)
		return EXIT_STORE;
	if (dated_files_open(request.reader, words.words, (size_t)words.count, &import.history) < 0)
		return EXIT_FETCH;
	catch_signals();
	return (int)import_all(&import);
}

const struct command command_import_history = {
	.name = "import-history",
	.synopsis = "--store DIR --source NAME FILE...",
	.summary = N_("pull from dated files, the oldest first, as history"),
	.exit_status = PULL_EXIT_STATUS,
	.run = run_import_history,
};
