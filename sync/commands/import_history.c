/*
 * import-history: many dated publications, in the order of their time, become
 * generations of one new file of the store. An interrupted run makes current what
 * it has read, and the next run goes on behind that.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "fetch/fetch.h"
#include "util/clock.h"
#include "util/memory.h"
#include "common/log.h"
#include "fetch/progress.h"
#include "cli/pull_options.h"
#include "pull/calendar.h"
#include "gather/known.h"
#include "pull/upgrade.h"

/* How often the imported generations are made current, and so safe from a crash. */
#define CURRENT_INTERVAL (60 * 1000)

/* Publications state their time early. */
#define PEEK_FILE_SIZE 4096

/* SIGINT or SIGTERM, once it came: the run ends after the current file. */
static volatile sig_atomic_t interrupted;

struct dated_file {
	const char *path;
	int64_t published_at; /* ms */
	bool dated;
};

struct import {
	struct store_directory *store;
	const struct pull_request *request;
	struct dated_file *files;
	size_t count;
	size_t changed, unchanged, older, refused;
	struct clock_reading clock;
};

static void on_signal(int signal)
{
	interrupted = signal;
}

static int fetch_file(const char *path, struct reason *reason, struct fetch_result *result)
{
	const struct fetch_request request = {
		.location = location_of(path), .size_max = PUBLICATION_SIZE_MAX, .reason = reason};

	return fetch(&request, result);
}

static int by_time(const void *left, const void *right)
{
	const struct dated_file *a = left, *b = right;

	if (a->published_at != b->published_at)
		return a->published_at < b->published_at ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* Finds a file's time in its first bytes. Returns -ENOENT where it isn't there (the file is
 * compressed or a pipe). */
static int peek_file(const struct import *import, struct dated_file *file)
{
	_cleanup_close_ int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[PEEK_FILE_SIZE];
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return -ENOENT;
	length = read(fd, bytes, sizeof(bytes));
	if (length < 0)
		return -errno;
	return reader_peek(import->request->reader, bytes, (size_t)length, &file->published_at);
}

/* Finds each file's time and sorts the files by it. */
static enum exit_code sort_files(struct import *import, char **paths)
{
	for (size_t i = 0; i < import->count; i++) {
		_cleanup_fetch_result_ struct fetch_result result = {0};
		struct reason reason = {.about = paths[i]};
		struct dated_file *file = &import->files[i];

		*file = (struct dated_file){.path = paths[i]};
		file->dated = peek_file(import, file) == 0;
		if (file->dated)
			continue;
		if (fetch_file(file->path, &reason, &result) < 0) {
			reason_say(&reason);
			return EXIT_FETCH;
		}
		/* Files without a time come first and are refused. */
		file->dated = reader_peek(import->request->reader, result.bytes, result.length,
					  &file->published_at) == 0;
	}
	qsort(import->files, import->count, sizeof(*import->files), by_time);
	return EXIT_DONE;
}

static int newest_published(sqlite3 *database, int64_t *instant)
{
	return database_number(database, "SELECT coalesce(max(published_at), -1) FROM generation",
			       instant);
}

/* The newest list was right when it was published. */
static void note_success(struct state *state, const struct update_result *result)
{
	if (result->published_at > state->last_success)
		state->last_success = result->published_at;
	state->published = result->stated_at;
	state->publication_limit = result->publication_limit;
}

/* Imports one file. Returns 0 also when it is refused: the others may be good. */
static int import_file(struct import *import, struct updater *updater,
		       const struct dated_file *file)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	struct reason reason = {.about = file->path};
	_cleanup_document_set_ struct document_set documents = {0};
	struct document *list = document_set_add(&documents, file->path);
	struct update_request request = {
		.reader = import->request->reader,
		.source_name = import->request->reader->name,
		.documents = documents.rows,
		.document_count = documents.count,
		.clock = import->clock,
		.loss_limit = import->request->loss_limit,
		.accept_loss = import->request->accept_loss,
		.reason = &reason,
	};
	struct update_result result;
	int64_t newest;
	char name[96];
	int r = newest_published(updater->copy.database, &newest);

	if (r < 0)
		return r;
	if (file->dated && file->published_at <= newest) {
		import->older++;
		return 0;
	}
	r = fetch_file(file->path, &reason, &fetched);
	if (r < 0) {
		reason_say(&reason);
		return r;
	}
	list->role = DOCUMENT_LIST;
	list->bytes = steal_pointer(fetched.bytes);
	list->length = fetched.length;
	memcpy(list->sha256, fetched.sha256, sizeof(list->sha256));
	(void)reader_recognise(request.reader, list);
	r = calendar_add(updater, &request, &result);
	reason_say(&reason);
	if (reason.refused) {
		import->refused++;
		(void)store_directory_keep_rejected(import->store, list->sha256, list->bytes,
						    list->length, name);
		return 0;
	}
	if (r < 0)
		return r;
	import->changed += result.changed;
	import->unchanged += !result.changed;
	known_forget(&import->store->state);
	memcpy(import->store->state.sha256, list->sha256, sizeof(list->sha256));
	note_success(&import->store->state, &result);
	return 0;
}

/*
 * A run that was killed behind its switch couldn't note what it imported, so that is
 * noted here. What the state says of another list counts for nothing.
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
			     "SELECT g.published_at, d.sha256 FROM generation g"
			     " JOIN source_document d ON d.generation = g.id AND d.role = 'list'"
			     " WHERE g.source = ?1 ORDER BY g.id DESC LIMIT 1",
			     &newest);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(newest, 1, reader->name, -1, SQLITE_STATIC);
	r = database_next(newest);
	if (r <= 0)
		return r;
	state->last_success = sqlite3_column_int64(newest, 0);
	(void)snprintf(state->sha256, sizeof(state->sha256), "%s", database_text(newest, 1));
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
	while (r == 0 && *next < import->count && !interrupted &&
	       clock_now() - started < CURRENT_INTERVAL) {
		r = import_file(import, &updater, &import->files[(*next)++]);
		progress_show(progress, *next, import->count);
	}
	if (r == 0)
		r = updater_make_current(&updater);
	if (r == 0)
		updater_note(&updater, import->store);
	return r;
}

static enum exit_code import_all(struct import *import)
{
	struct progress progress = {.label = "import-history"};
	size_t next = 0;
	int r = upgrade(import->store);

	r = r < 0 ? r : 0;
	import->clock = clock_read(0);
	progress_begin(&progress);
	while (r == 0 && next < import->count && !interrupted)
		r = import_batch(import, &progress, &next);
	progress_end(&progress);
	import->store->state.last_attempt = clock_now();
	if (r == 0)
		import->store->state.last_error[0] = '\0';
	if (store_directory_write_state(import->store) < 0 || r < 0)
		return EXIT_STORE;
	(void)printf(
		"%zu of %zu files read: %zu changed something, %zu said nothing new, %zu not newer than the store, %zu refused\n",
		next, import->count, import->changed, import->unchanged, import->older,
		import->refused);
	if (interrupted) {
		(void)printf("interrupted: run it again with the same files to go on\n");
		return (enum exit_code)(EXIT_SIGNAL + interrupted);
	}
	if (import->older == import->count)
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
	_cleanup_free_ struct dated_file *files = NULL;
	struct pull_request request = {.loss_limit = UPDATE_LOSS_LIMIT_REGISTRY};
	struct import import = {.store = &store, .request = &request};
	const char *path = NULL, *source = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		SOURCE_OPTION(&source, reader_put_names, .required = true),
		ACCEPT_LOSS_OPTION(&request.accept_loss),
		{0},
	};
	struct sandbox_needs needs = {.writes = true};
	enum exit_code code;
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count == 0)
		return command_usage(command, "there is no file to import");
	r = pull_options_find_reader(command, source, &request.reader);
	if (r != 0)
		return r;
	import.count = (size_t)words.count;
	import.files = files = xmalloc(import.count * sizeof(*files));
	code = sort_files(&import, words.words);
	if (code != EXIT_DONE)
		return (int)code;
	needs.store = path;
	needs.words = words.words;
	needs.word_count = words.count;
	if (store_directory_open_writer(&store, path, true) < 0)
		return EXIT_STORE;
	needs.made = store.made;
	if (command_sandbox(command, &needs) < 0)
		return EXIT_STORE;
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
