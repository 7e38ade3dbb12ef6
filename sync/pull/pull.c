#include "pull/pull.h"

#include <errno.h>
#include <string.h>

#include "util/checksum.h"
#include "sources/source.h"
#include "common/log.h"
#include "gather/gather.h"
#include "gather/keep.h"
#include "gather/known.h"
#include "pull/plausible.h"
#include "pull/update.h"
#include "pull/upgrade.h"
#include "pull/calendar.h"
#include "store/reader.h"
#include "store/working_copy.h"
#include "util/print.h"
#include "util/text/page.h"

/* A plan of before whose time has passed is dropped, and one that a wrong clock made. */
void pull_plan_next(struct state *state, const struct pull_request *request, bool answered,
		    int64_t asked)
{
	int64_t now = clock_now();
	int64_t delay = answered ? request->next_after_success : request->next_after_failure;

	if (delay <= 0) {
		if (state->next_try <= now || state->written_at > now + CLOCK_ERROR_MAX)
			state->next_try = 0;
		return;
	}
	if (delay < asked)
		delay = asked < MILLISECONDS_PER_DAY ? asked : MILLISECONDS_PER_DAY;
	state->next_try = now + delay;
}

static enum exit_code finish(struct store_directory *store, enum exit_code code)
{
	return store_directory_write_state(store) < 0 ? EXIT_STORE : code;
}

/* Ends a line of the result. */
static void print_missing(const char *missing)
{
	(void)printf("%s%s\n", missing[0] != '\0' ? "; partly, without " : "", missing);
}

static void print_result(const struct update_result *result, const char *missing, bool quiet)
{
	char published[TIMESTAMP_TEXT_SIZE], lost[64] = "";

	timestamp_format(result->published_at, published);
	if (result->lost > 0)
		(void)snprintf(lost, sizeof(lost), "; %lld value%s can't be read",
			       (long long)result->lost, PLURAL(result->lost));
	if (result->changed)
		(void)printf(
			"changed: generation %lld, published %s: %lld service%s, %lld new, %lld gone, %lld with other values%s",
			(long long)result->generation, published, (long long)result->services,
			PLURAL(result->services), (long long)result->added, (long long)result->left,
			(long long)result->changed_services, lost);
	else if (!quiet)
		(void)printf(
			"unchanged: generation %lld stays; the publication of %s says the same%s",
			(long long)result->generation, published, lost);
	if (result->changed || !quiet)
		print_missing(missing);
}

/* Says which documents an official source had. */
static void print_taken(const struct pull_request *request, const struct document_set *documents)
{
	if (request->from_count > 0 || request->network.quiet)
		return;
	for (size_t i = 0; i < documents->count; i++)
		print_line("%s: %s, from %s", documents->rows[i].role, documents->rows[i].shape,
			   documents->rows[i].location);
}

/* What a pull that succeeded says of the list, which is current by now. */
struct check {
	bool network;	    /* a server answered for the list and what it needs */
	bool was_spoken_of; /* the state spoke of the list that was current before */
	struct clock_reading clock;
	int64_t stated_at; /* the list's own time, ms; 0: it states none */
};

/* A server answered just now. A check by a clock that was ahead gives way to this one. */
static void note_answer(struct state *state, const struct clock_reading *clock)
{
	state->last_success = clock->now;
	if (clock->witnessed)
		state->held_until = clock->now;
}

/* A file proves that the list was so when it was published: nobody can tell from it what the source
 * has said since. */
static void note_file(struct state *state, const struct check *check)
{
	int64_t now = check->clock.now;
	int64_t known = check->stated_at < now ? check->stated_at : now;

	if (known > state->last_success || state->last_success > now + CLOCK_ERROR_MAX)
		state->last_success = known;
	if (known > state->held_until)
		state->held_until = known;
}

/* When the list was last known to be what its source says. */
static void note_success(struct store_directory *store, const struct check *check)
{
	struct state *state = &store->state;

	if (!check->was_spoken_of)
		state->last_success = 0;
	if (check->network)
		note_answer(state, &check->clock);
	else
		note_file(state, check);
	state->last_error[0] = '\0';
}

/* Whether the list, and what it needs, came from a server in this pull. */
static bool is_of_network(const struct reader *reader, const struct document_set *documents)
{
	for (size_t i = 0; i < documents->count; i++) {
		const struct document *document = &documents->rows[i];
		const struct document_kind *kind = reader_find_kind(reader, document->role);
		const char *needed;

		if (!kind->required)
			continue;
		needed = kind->needs ? kind->needs(document->shape) : NULL;
		if (!document->network)
			return false;
		for (size_t k = 0; needed && k < documents->count; k++)
			if (strcmp(documents->rows[k].role, needed) == 0 &&
			    !documents->rows[k].network)
				return false;
	}
	return true;
}

/* The pull succeeded. */
static void note_documents(struct store_directory *store, const struct pull_request *request,
			   const struct gathered *gathered, struct check *check)
{
	check->network = is_of_network(request->reader, &gathered->documents);
	known_note(store, request->reader, &gathered->documents, gathered->unchanged);
	note_success(store, check);
	if (gathered->partly.sentence[0] == '\0')
		return;
	log_warning("%s", gathered->partly.sentence);
	state_set_text(store->state.last_error, gathered->partly.sentence);
}

static void warn_if_old(const struct store_directory *store, const struct pull_request *request,
			const struct gathered *gathered, int64_t now)
{
	char text[TIMESTAMP_TEXT_SIZE];

	if (is_of_network(request->reader, &gathered->documents) || request->network.quiet)
		return;
	if (store->state.last_success == 0) {
		(void)printf(
			"note: a file that states no time proves nothing, so the list doesn't count as checked; 'ismap-sync pull --at TIME' says when it was published\n");
		return;
	}
	if (now - store->state.last_success <= STATE_MAX_AGE_DEFAULT)
		return;
	timestamp_format(store->state.last_success, text);
	(void)printf(
		"note: a file proves nothing later than its publication, so the list counts as checked at %s; a mount has no fresh/ unless its max-age reaches back that far\n",
		text);
}

static enum exit_code fetch_failed(struct store_directory *store,
				   const struct pull_request *request, const struct reason *reason,
				   int error, int64_t asked)
{
	reason_say(reason);
	/* Being told to stop is no news in the state, if it knows what went wrong before. */
	if (error != -EINTR || store->state.last_error[0] == '\0')
		state_set_text(store->state.last_error, reason->sentence);
	pull_plan_next(&store->state, request, false, asked);
	return finish(store, error == -EINVAL || error == -EISDIR ? EXIT_USAGE : EXIT_FETCH);
}

static enum exit_code store_failed(struct store_directory *store,
				   const struct pull_request *request, int error)
{
	state_set_text(
		store->state.last_error,
		error == -EBADMSG
			? _("the store was altered or is damaged; 'ismap-sync verify' says more")
			: _("the store could not be written"));
	pull_plan_next(&store->state, request, false, 0);
	(void)store_directory_write_state(store);
	return EXIT_STORE;
}

/* Of a first pull that is refused no store is left, so nothing is kept in it or said of it. */
static void keep_rejected(struct store_directory *store, const struct document *document)
{
	bool holds_list = store->current[0] != '\0';
	char name[96];

	if (store->made && !holds_list)
		return;
	if (store_directory_keep_rejected(store, document->sha256, document->bytes,
					  document->length, name) == 0)
		log_info(
			holds_list
				? _("the publication is kept in %s/%s for inspection; the list stays as it was")
				: _("the publication is kept in %s/%s for inspection"),
			store->path, name);
}

static void keep_set_aside(struct store_directory *store, const struct gathered *gathered)
{
	for (size_t i = 0; i < gathered->set_aside.count; i++)
		keep_rejected(store, &gathered->set_aside.rows[i]);
}

/* document: what is refused; NULL: nothing that could be kept. */
static enum exit_code refused(struct store_directory *store, const struct reader *reader,
			      const struct reason *reason, const struct document *document)
{
	const struct reader *other;

	reason_say(reason);
	state_set_text(store->state.last_error, reason->sentence);
	if (document && document->bytes) {
		other = reader_find_by_content(document);
		/* A page that came instead is no portal's only because it is one. */
		if (other && other != reader && !page_is(document->bytes, document->length))
			log_info("it looks like what --source %s reads", other->name);
		keep_rejected(store, document);
	}
	return finish(store, EXIT_REFUSED);
}

static bool is_required(const struct reader *reader, const struct document *document)
{
	return reader_find_kind(reader, document->role)->required;
}

static const struct document *find_list(const struct document_set *documents)
{
	const struct publication all = {
		.documents = documents->rows,
		.document_count = documents->count,
	};

	return publication_document(&all, DOCUMENT_LIST);
}

/* What was refused: the list, unless it was another document. */
static const struct document *find_refused(const struct gathered *gathered)
{
	return gathered->refused == NO_DOCUMENT ? find_list(&gathered->documents)
						: &gathered->documents.rows[gathered->refused];
}

/* Adds what the documents change; where one that isn't required is refused, without it. */
static int add_documents(struct updater *updater, struct update_request *update,
			 struct gathered *gathered, struct update_result *result)
{
	struct document_set *documents = &gathered->documents;

	for (;;) {
		size_t index;
		int r;

		update->documents = documents->rows;
		update->document_count = documents->count;
		update->reason->about = find_list(documents)->location;
		r = calendar_add(updater, update, result);
		if (r != -EBADMSG || !update->reason->refused)
			return r;
		index = result->refused ? (size_t)(result->refused - documents->rows) : NO_DOCUMENT;
		gathered->refused = index;
		if (index == NO_DOCUMENT || is_required(update->reader, &documents->rows[index]))
			return r;
		gathered_note_missing(gathered, update->reason);
		gathered_set_aside(gathered, index);
		reason_clear(update->reason);
	}
}

/* What the list states of itself, which is read anew only when its bytes are new. */
static void note_list(struct state *state, const struct update_result *result)
{
	state->published = result->stated_at;
	state->publication_limit = result->publication_limit;
}

static enum exit_code update_from(struct store_directory *store, const struct pull_request *request,
				  struct reason *reason, struct gathered *gathered,
				  const struct clock_reading *clock)
{
	struct update_request update = {
		.reader = request->reader,
		.source_name = request->reader->name,
		.at = request->at,
		.at_is_day = request->at_is_day,
		.clock = *clock,
		.dates_by_clock = true,
		.loss_limit = request->loss_limit,
		.accept_loss = request->accept_loss,
		.quiet = request->network.quiet,
		.reason = reason,
	};
	_cleanup_updater_ struct updater updater = {.first = 0};
	struct update_result result = {.changed = false};
	struct check check = {.was_spoken_of = store_directory_is_spoken_of(store),
			      .clock = *clock};
	int r;

	r = updater_open(&updater, store);
	if (r == 0)
		r = add_documents(&updater, &update, gathered, &result);
	if (r == 0)
		r = updater_make_current(&updater);
	/* On a full disk the half-made generation is what keeps the state from being written. */
	updater_close(&updater);
	keep_set_aside(store, gathered);
	if (r < 0)
		return reason->refused
			       ? refused(store, request->reader, reason, find_refused(gathered))
			       : store_failed(store, request, r);
	print_taken(request, &gathered->documents);
	print_result(&result, gathered->missing, request->network.quiet);
	updater_note(&updater, store);
	note_list(&store->state, &result);
	check.stated_at = result.stated_at;
	note_documents(store, request, gathered, &check);
	warn_if_old(store, request, gathered, clock->now);
	return finish(store, EXIT_DONE);
}

static enum exit_code same_again(struct store_directory *store, const struct pull_request *request,
				 const struct gathered *gathered, const struct clock_reading *clock)
{
	struct check check = {.was_spoken_of = true, .clock = *clock, .stated_at = request->at};
	bool not_modified = false;

	for (size_t i = 0; i < gathered->documents.count; i++)
		not_modified = not_modified || gathered->documents.rows[i].not_modified;
	if (!request->network.quiet) {
		(void)printf("unchanged: %s", not_modified
						      ? "the source says that nothing is newer"
						      : "the publication is the same to the byte");
		print_missing(gathered->missing);
	}
	keep_set_aside(store, gathered);
	note_documents(store, request, gathered, &check);
	return finish(store, EXIT_DONE);
}

/* A store that was filled by a wrong clock is refused, whatever the source says. */
static int check_store(const struct store_directory *store, const struct clock_reading *clock,
		       struct reason *reason)
{
	_cleanup_database_ sqlite3 *database = NULL;

	if (store->current[0] == '\0' ||
	    store_open_reader(store->fd, store->current, &database) < 0)
		return 0;
	reason->about = store->path;
	return plausible_store(database, clock, reason);
}

/* Documents are kept as they came, before anybody makes sense of them. */
static enum exit_code take_gathered(struct store_directory *store,
				    const struct pull_request *request, struct reason *reason,
				    struct gathered *gathered, const struct clock_reading *clock)
{
	_cleanup_keeping_ struct keeping keeping = {.frames = NULL};
	enum exit_code code;
	int r = request->keep_publications
			? keep_begin(store, &gathered->documents, clock, &keeping)
			: 0;

	/* The list goes on, whatever befell what was kept. */
	code = gathered->unchanged ? same_again(store, request, gathered, clock)
				   : update_from(store, request, reason, gathered, clock);
	if (code != EXIT_DONE)
		return code;
	if (r == 0)
		r = keep_end(store, &gathered->documents, &keeping);
	return r < 0 ? store_failed(store, request, r) : code;
}

static enum exit_code pull_once(struct store_directory *store, const struct pull_request *request,
				struct clock_reading *clock)
{
	_cleanup_gathered_ struct gathered gathered = {0};
	struct network network = gather_network(store, request);
	struct reason reason = {.about = pull_request_place(request)};
	const char *about;
	int r;

	store->state.last_attempt = clock_now();
	r = gather(store, request, &network, &reason, &gathered);
	*clock = network_read_clock(&network);

	if (r < 0 && !reason.refused)
		return fetch_failed(store, request, &reason, r, gathered.asked);
	pull_plan_next(&store->state, request, true, 0);
	if (r < 0) {
		keep_set_aside(store, &gathered);
		return refused(store, request->reader, &reason, find_refused(&gathered));
	}
	about = reason.about;
	r = check_store(store, clock, &reason);
	if (r < 0)
		return refused(store, request->reader, &reason, NULL);
	reason.about = about;
	return take_gathered(store, request, &reason, &gathered, clock);
}

/* What went wrong first is what the exit status and the state speak of. */
static enum exit_code calendar_failed(struct store_directory *store,
				      const struct pull_request *request, enum exit_code code)
{
	if (code != EXIT_DONE)
		return code;
	state_set_text(
		store->state.last_error,
		_("the store is damaged or can't be written: which services passed their date isn't marked in it"));
	pull_plan_next(&store->state, request, false, 0);
	return finish(store, EXIT_STORE);
}

/* A list of another registry would be refused, whatever it says; so it isn't asked for. */
static int check_source(const struct store_directory *store, const struct reader *reader)
{
	char registry[STORE_REGISTRY_SIZE];

	if (!reader->registry || store_reader_find_registry(store, registry) < 0 ||
	    strcmp(registry, reader->registry->name) == 0)
		return 0;
	return log_error_errno(
		-EINVAL,
		"%s holds the list of '%s', and --source %s reads that of '%s'; nothing was asked",
		store->path, registry, reader->name, reader->registry->name);
}

enum exit_code pull(struct store_directory *store, const struct pull_request *request)
{
	struct clock_reading clock;
	enum exit_code code;
	int64_t services;
	int r;

	/* Before anything is asked: what the source says is nothing that a mirror's state tells. */
	if (working_copy_check_owner(store) < 0)
		return EXIT_STORE;
	r = upgrade(store);
	if (r < 0)
		return store_failed(store, request, r);
	if (check_source(store, request->reader) < 0)
		return EXIT_USAGE;
	code = pull_once(store, request, &clock);
	/*
	 * The calendar moves on whatever the source says, or doesn't; unless this is
	 * about another day than today, or nobody knows which day is today.
	 */
	if (request->at != 0 || code == EXIT_STORE || code == EXIT_USAGE || !clock.witnessed)
		return code;
	if (calendar_run(store, &clock, &services) < 0)
		return calendar_failed(store, request, code);
	if (services == 0)
		return code;
	(void)printf("changed: %lld %s date\n", (long long)services,
		     services == 1 ? "service has passed its" : "services have passed their");
	return finish(store, code);
}

enum exit_code pull_bundled(struct store_directory *store, const struct registry *registry)
{
	char location[80];
	struct reason reason = {.about = location};
	struct document list = {
		.role = DOCUMENT_LIST, .shape = "interchange", .location = location};
	struct update_request request = {
		.reader = &reader_interchange,
		.source_name = SOURCE_BUNDLED,
		.documents = &list,
		.document_count = 1,
		.clock = clock_read(0),
		.loss_limit = UPDATE_LOSS_LIMIT_REGISTRY,
		.reason = &reason,
	};
	_cleanup_updater_ struct updater updater = {.first = 0};
	struct update_result result = {.changed = false};
	_cleanup_free_ unsigned char *bytes = registry_bundled(registry, &list.length);
	int r;

	(void)snprintf(location, sizeof(location), "bundled:%.60s", registry->name);
	list.bytes = bytes;
	checksum(bytes, list.length, list.sha256);
	r = updater_open(&updater, store);
	if (r == 0)
		r = calendar_add(&updater, &request, &result);
	if (r == 0)
		r = updater_make_current(&updater);
	reason_say(&reason);
	if (r < 0)
		return reason.refused ? EXIT_REFUSED : EXIT_STORE;
	print_result(&result, "", false);
	if (registry->sample)
		log_info("%s", _(registry->sample));
	updater_note(&updater, store);
	note_list(&store->state, &result);
	return finish(store, EXIT_DONE);
}
