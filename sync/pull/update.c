#include "pull/update.h"

#include <errno.h>
#include <string.h>

#include "pull/past_date.h"
#include "pull/plausible.h"
#include "pull/untold.h"
#include "render/render.h"
#include "stage/directories.h"
#include "stage/generation.h"
#include "stage/identity.h"
#include "store/chain.h"
#include "common/embed.h"

EMBED(carry, "stage/steps/3-carry.sql");
EMBED(derive, "stage/steps/4-derive.sql");
EMBED(difference, "stage/steps/5-difference.sql");
EMBED(count, "stage/steps/6-count.sql");
EMBED(apply, "stage/steps/7-apply.sql");

/* One publication on its way into the working copy. */
struct run {
	struct updater *updater;
	struct staging *staging;
	sqlite3 *database; /* the copy's */
	const struct update_request *request;
	struct update_result *result;
	struct publication publication;
	struct document *list;		 /* of the publication */
	const struct registry *registry; /* whose list it is; NULL: one that nothing is known of */
	const char *basis;		 /* of the time of publication */
};

static void run_release(struct run *run)
{
	publication_release(&run->publication);
}

static bool is_first_of_store(const struct run *run)
{
	return run->updater->copy.is_new && run->updater->newest == 0;
}

/* The rule of the day is for lists that were read without it. */
static bool has_rule(const struct run *run)
{
	return run->request->reader->leaves_dates && run->registry &&
	       run->registry->past_date_status;
}

/* Percent of the listed services. */
static int loss_limit(const struct run *run)
{
	if (run->request->accept_loss)
		return 100;
	if (run->request->loss_limit != UPDATE_LOSS_LIMIT_REGISTRY)
		return run->request->loss_limit;
	return run->registry ? run->registry->loss_limit : UPDATE_LOSS_LIMIT_DEFAULT;
}

static int begin(struct run *run)
{
	return staging_begin(run->staging);
}

static int stage_directories(struct run *run)
{
	return directories_stage(run->staging);
}

static int read_publication(struct run *run)
{
	int r;

	run->publication = (struct publication){
		.documents = run->request->documents,
		.document_count = run->request->document_count,
		.accept_loss = run->request->accept_loss,
		.loss_limit = run->request->loss_limit,
		.quiet = run->request->quiet,
		.reason = run->request->reason,
	};
	run->list = publication_document(&run->publication, DOCUMENT_LIST);
	run->publication.location = run->list->location;
	r = run->request->reader->read(run->staging, &run->publication);
	run->result->refused = run->publication.refused;
	run->registry = registry_find(run->publication.registry);
	return r;
}

static int refuse_undated(struct run *run)
{
	if (!run->request->dates_by_clock)
		return publication_refuse(
			&run->publication,
			"it states no time, so it has no place in a history; 'ismap-sync pull --at TIME' says when it was published");
	return publication_refuse(
		&run->publication,
		"it states no time, and nothing vouches for this machine's clock; 'ismap-sync pull --at TIME' says when it was published");
}

/* The list's own time. */
static int time_list(struct run *run)
{
	const struct update_request *request = run->request;
	struct document *list = run->list;

	if (request->at != 0) {
		list->published_at =
			request->at_is_day ? local_instant(run->publication.time_zone, request->at)
					   : request->at;
		run->basis = "given";
	} else if (list->states_time) {
		run->basis = "stated";
	} else if (request->dates_by_clock && request->clock.witnessed) {
		list->published_at = request->clock.now;
		run->basis = "fetched";
	} else {
		return refuse_undated(run);
	}
	list->states_time = list->states_time || request->at != 0;
	return 0;
}

/* Whether the list is the one of the newest generation, or was read since and said the same. */
static int is_same_list(const struct run *run, bool *same)
{
	struct store_directory *store = run->updater->copy.store;
	const struct state_document *known = state_document_of(&store->state, DOCUMENT_LIST);
	int64_t count;
	int r = database_numberf(
		run->database, &count,
		"SELECT count(*) FROM source_document WHERE role = %Q AND sha256 = %Q"
		" AND generation = (SELECT max(id) FROM generation)",
		run->list->role, run->list->sha256);

	*same = r == 0 && (count > 0 || (store_directory_is_spoken_of(store) && known &&
					 strcmp(known->sha256, run->list->sha256) == 0));
	return r;
}

/*
 * A generation has its list's time; where only other documents are new, theirs.
 * It is never before the newest one.
 */
static int time_generation(struct run *run)
{
	struct publication *publication = &run->publication;
	int64_t newest = 0;
	bool same;
	int r = is_same_list(run, &same);

	if (r == 0)
		r = database_number(run->database,
				    "SELECT coalesce(max(published_at), 0) FROM generation",
				    &newest);
	if (r < 0)
		return r;
	publication->published_at = run->list->published_at;
	for (size_t i = 0; same && i < publication->document_count; i++) {
		const struct document *document = &publication->documents[i];

		if (document->states_time && document->published_at > publication->published_at)
			publication->published_at = document->published_at;
	}
	if (publication->published_at < newest)
		publication->published_at = newest;
	return 0;
}

static int time_publication(struct run *run)
{
	struct publication *publication = &run->publication;
	int r = time_list(run);

	for (size_t i = 0; r == 0 && i < publication->document_count; i++) {
		const struct document *document = &publication->documents[i];

		if (document->states_time || document == run->list)
			r = plausible_time(run->database, publication, document,
					   document->published_at, &run->request->clock);
	}
	run->result->refused = publication->refused;
	if (r == 0)
		r = time_generation(run);
	run->result->published_at = publication->published_at;
	run->result->listed_at = run->list->published_at;
	run->result->stated_at = run->list->states_time ? run->list->published_at : 0;
	run->result->publication_limit = run->updater->limit = publication->limit;
	run->result->lost = publication->lost;
	return r;
}

static int check_registry(struct run *run)
{
	return plausible_registry(run->database, &run->publication);
}

/* A new store whose source brings no controls along gets those of its registry's bundled list. */
static int stage_missing_catalogue(struct run *run)
{
	if (!is_first_of_store(run) || run->staging->catalogue)
		return 0;
	return registry_stage_catalogue(run->registry, run->staging, run->request->reason);
}

static int check_losses(struct run *run)
{
	return plausible_losses(run->staging, &run->publication, loss_limit(run));
}

static int check_values(struct run *run)
{
	if (run->request->accept_loss)
		return 0;
	return plausible_values(run->staging, &run->publication, loss_limit(run));
}

static int stage_words(struct run *run, const struct word *words)
{
	int r = 0;

	for (; r == 0 && words->word; words++)
		r = staging_status_word(run->staging, words->word, words->in_force, words->meaning);
	return r;
}

/* The registry's own words come first: of two meanings of one word theirs counts. */
static int stage_status_words(struct run *run)
{
	int r = run->registry ? stage_words(run, run->registry->statuses) : 0;

	return r < 0 ? r : stage_words(run, statuses_of_all);
}

static int stage_run(struct run *run)
{
	char day[DAY_TEXT_SIZE];

	day_format(day_in_zone(run->publication.time_zone, run->publication.published_at), day);
	if (run->publication.day[0] != '\0' && run->request->at == 0)
		memcpy(day, run->publication.day, sizeof(day));
	return database_executef(run->database,
				 "INSERT INTO staged_run (one, day, language, complete, catalogue)"
				 " VALUES (1, %Q, %Q, %d, %d)",
				 day, run->publication.language, run->publication.complete,
				 run->staging->catalogue);
}

static int mark_past_dates(struct run *run)
{
	return has_rule(run) ? past_date_mark(run->database, run->registry) : 0;
}

static int find_keys(struct run *run)
{
	return identity_find_keys(run->staging);
}

static int stage_names(struct run *run)
{
	return identity_stage_names(run->staging);
}

static int check_size(struct run *run)
{
	return plausible_size(run->staging, &run->publication);
}

static int find_due(struct run *run)
{
	if (!has_rule(run))
		return 0;
	return past_date_find_staged(run->database, run->publication.published_at,
				     &run->result->due);
}

static int find_untold(struct run *run)
{
	const struct update_request *request = run->request;

	return untold_find(run->database, request->reader, request->source_name,
			   request->same_documents ? NULL : &run->publication);
}

static int count_changes(struct run *run)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct update_result *result = run->result;
	int r = database_prepare(run->database, embedded_count, &row);

	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	/* What the calendar did before comes first. */
	result->changed = result->due == 0 && sqlite3_column_int64(row, 0) > 0;
	result->added = sqlite3_column_int64(row, 2);
	result->left = sqlite3_column_int64(row, 3);
	result->services = sqlite3_column_int64(row, 1) + result->added - result->left;
	return 0;
}

/* What the calendar ends, ends when the day begins. */
static int64_t former_held_until(const struct run *run)
{
	int64_t published_at = run->publication.published_at;
	int64_t held_until = run->updater->held_until;

	return run->request->same_documents && held_until > published_at ? published_at
									 : held_until;
}

/*
 * The list was the newest at the time of its publication. What follows from the
 * same documents was checked with them.
 */
static void note_held(struct run *run)
{
	struct updater *updater = run->updater;
	int64_t published_at = run->publication.published_at;
	bool same = !run->result->changed || run->request->same_documents;

	if (!same || published_at > updater->held_until)
		updater->held_until = published_at;
}

static int make_generation(struct run *run)
{
	const struct update_request *request = run->request;
	struct updater *updater = run->updater;
	struct generation generation = {
		.published_at = run->publication.published_at,
		.published_basis = run->basis,
		.fetched_at = request->clock.now,
		.source = request->source_name,
		.documents = request->same_documents ? NULL : request->documents,
		.document_count = request->document_count,
		.complete = run->publication.complete,
		.services = run->result->services,
		.former_held_until = former_held_until(run),
	};
	int r = is_first_of_store(run) ? generation_make_store(run->database, &run->publication)
				       : generation_name_store(run->database, &run->publication);

	if (r == 0)
		r = generation_begin(run->database, &generation, run->publication.time_zone);
	if (r == 0)
		r = database_execute(run->database, embedded_apply);
	if (r == 0)
		r = database_number(run->database, "SELECT count(DISTINCT entity) FROM changed",
				    &run->result->changed_services);
	if (r == 0)
		r = chain_seal(run->database);
	if (r < 0)
		return r;
	updater->newest = generation.id;
	if (updater->first == 0)
		updater->first = generation.id;
	about_release(&updater->about);
	updater->about = (struct about){
		.lines = run->publication.about,
		.registry = run->registry,
	};
	run->publication.about = (struct buffer){0};
	return 0;
}

/* A publication's way, step by step, up to what it changes. Those in SQL are in stage/steps/. */
static const struct step {
	int (*run)(struct run *run);
	const char *sql;
} steps[] = {
	{.run = begin},
	{.run = stage_directories},
	{.run = read_publication},
	{.run = time_publication},
	{.run = check_registry},
	{.run = stage_missing_catalogue},
	{.run = check_losses},
	{.run = check_values},
	{.run = stage_run},
	{.run = stage_status_words},
	{.run = mark_past_dates},
	{.run = find_keys},
	{.sql = embedded_carry},
	{.run = stage_names},
	{.sql = embedded_derive},
	{.sql = embedded_difference},
	{.run = check_size},
	{.run = find_due},
	{.run = find_untold},
	{.run = count_changes},
};

static int add(struct run *run)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int r = steps[i].sql ? database_execute(run->database, steps[i].sql)
				     : steps[i].run(run);

		if (r < 0)
			return r;
	}
	if (run->result->changed) {
		int r = make_generation(run);

		if (r < 0)
			return r;
	}
	if (run->result->due == 0)
		note_held(run);
	return database_number(run->database, "SELECT max(id) FROM generation",
			       &run->result->generation);
}

int updater_open(struct updater *updater, struct store_directory *store)
{
	int r;

	*updater = (struct updater){.limit = store->state.publication_limit};
	if (store_directory_is_spoken_of(store))
		updater->held_until = store->state.held_until;
	r = working_copy_open(&updater->copy, store);
	return r < 0 ? r : staging_open(&updater->staging, updater->copy.database);
}

int updater_add(struct updater *updater, const struct update_request *request,
		struct update_result *result)
{
	__attribute__((cleanup(run_release))) struct run run = {
		.updater = updater,
		.staging = &updater->staging,
		.database = updater->copy.database,
		.request = request,
		.result = result,
	};
	int r, left = 0;

	*result = (struct update_result){0};
	r = database_execute(run.database, "BEGIN");
	if (r < 0)
		return r;
	r = add(&run);
	/* The table due is committed too: the calendar makes its generations of it. */
	if (r == 0 && (result->changed || result->due > 0))
		return database_execute(run.database, "COMMIT");
	/* After an error of its own SQLite may have rolled back already; and what went wrong first
	   is what counts. */
	if (!sqlite3_get_autocommit(run.database))
		left = database_execute(run.database, "ROLLBACK");
	return r < 0 ? r : left;
}

static int render(struct updater *updater)
{
	_cleanup_documents_ struct documents documents = {0};
	int r = documents_open(&documents, updater->copy.database, updater->first, updater->newest);

	documents.limit = updater->limit;
	return r < 0 ? r : render_all(&documents, &updater->about);
}

int updater_make_current(struct updater *updater)
{
	sqlite3 *database = updater->copy.database;
	int r;

	if (updater->first == 0)
		return 0;
	r = database_execute(database, "BEGIN");
	if (r == 0)
		r = render(updater);
	if (r == 0)
		r = database_execute(database, "COMMIT");
	staging_close(&updater->staging);
	return r < 0 ? r
		     : working_copy_make_current(&updater->copy, updater->first, updater->newest);
}

void updater_note(const struct updater *updater, struct store_directory *store)
{
	store_directory_speak_of_current(store);
	if (updater->held_until > store->state.held_until)
		store->state.held_until = updater->held_until;
}

void updater_close(struct updater *updater)
{
	about_release(&updater->about);
	staging_close(&updater->staging);
	working_copy_discard(&updater->copy);
}
