#include "pull/update.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <utf8proc.h>

#include "render/documents.h"
#include "util/embed.h"
#include "sources/bundled.h"
#include "stage/generation.h"
#include "stage/identity.h"
#include "common/log.h"
#include "pull/plausible.h"
#include "pull/calendar.h"
#include "store/working_copy.h"

EMBED(affect, "stage/steps/3-affect.sql");
EMBED(carry, "stage/steps/5-carry.sql");
EMBED(derive, "stage/steps/6-derive.sql");
EMBED(difference, "stage/steps/7-difference.sql");
EMBED(apply, "stage/steps/8-apply.sql");
EMBED(remember, "stage/steps/9-remember.sql");

/* One publication on its way into the working copy. */
struct run {
	struct updater *updater;
	sqlite3 *database; /* the copy's */
	const struct update_request *request;
	struct update_result *result;
	struct publication publication;
	char *reader;	   /* what decides what is read out of a record (staging.h), or NULL */
	const char *basis; /* of the time of publication */
	char **due; /* receives dates that passed before it (validity.h); NULL: done already */
};

static void run_release(struct run *run)
{
	free(run->reader);
	publication_release(&run->publication);
}

/* Characters are read as the library has them. */
static int name_reader(struct run *run)
{
	if (!run->request->source->reader)
		return 0;
	if (asprintf(&run->reader, "%s, utf8proc %s", run->request->source->reader,
		     utf8proc_version()) < 0) {
		run->reader = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* A new store whose source brings no controls along gets those of its registry's bundled list. */
static int stage_bundled_catalogue(struct run *run)
{
	struct publication bundled = {.location = "the bundled list",
				      .reason = run->request->reason};
	_cleanup_free_ unsigned char *bytes = NULL;
	const char *text = bundled_list(run->publication.registry, &bundled.length);
	int r;

	if (!text)
		return 0;
	bytes = malloc(bundled.length + 1);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, text, bundled.length + 1);
	bundled.bytes = bytes;
	r = source_interchange_read_catalogue(&run->updater->staging, &bundled);
	publication_release(&bundled);
	return r;
}

static int read_publication(struct run *run)
{
	run->publication = (struct publication){
		.bytes = run->request->bytes,
		.length = run->request->length,
		.location = run->request->location,
		.accept_loss = run->request->accept_loss,
		.quiet = run->request->quiet,
		.reason = run->request->reason,
	};
	return run->request->source->read(&run->updater->staging, &run->publication);
}

static int time_publication(struct run *run)
{
	const struct update_request *request = run->request;
	struct publication *publication = &run->publication;

	if (request->at != 0) {
		publication->published_at = request->at;
		run->basis = "given";
	} else if (publication->states_time) {
		run->basis = "stated";
	} else {
		publication->published_at = request->now;
		run->basis = "fetched";
	}
	run->result->published_at = publication->published_at;
	return plausible_time(run->database, publication, request->now);
}

static int set_run(struct run *run)
{
	char day[DAY_TEXT_SIZE];

	day_format(day_in_zone(run->publication.time_zone, run->publication.published_at), day);
	return database_executef(run->database,
				 "INSERT INTO staged_run (one, day, complete, catalogue, whole)"
				 " VALUES (1, %Q, %d, %d, %d)",
				 day, run->publication.complete, run->updater->staging.catalogue,
				 run->updater->staging.whole);
}

/* Everything that follows from the staged facts and from what the store knows. */
static int complete_staging(struct run *run)
{
	sqlite3 *database = run->database;
	int r = set_run(run);

	if (r == 0 && run->publication.expires)
		r = validity_stage(database);
	if (r == 0)
		r = identity_find_keys(&run->updater->staging);
	if (r == 0)
		r = database_execute(database, embedded_affect);
	if (r == 0)
		r = identity_find_twins(&run->updater->staging);
	if (r == 0)
		r = database_execute(database, embedded_carry);
	if (r == 0)
		r = identity_stage_names(&run->updater->staging);
	if (r == 0)
		r = database_execute(database, embedded_derive);
	return r < 0 ? r : database_execute(database, embedded_difference);
}

static int count_changes(struct run *run, int64_t *changes)
{
	struct update_result *result = run->result;
	sqlite3 *database = run->database;
	const struct {
		const char *sql;
		int64_t *number;
	} counts[] = {
		{"SELECT (SELECT count(*) FROM new_value) + (SELECT count(*) FROM ended_value)"
		 " + (SELECT count(*) FROM new_link) + (SELECT count(*) FROM ended_link)"
		 " + (SELECT count(*) FROM new_presence) + (SELECT count(*) FROM ended_presence)"
		 /* Whether it is the whole list is a fact of its own: `fresh` depends on it. */
		 " + (SELECT count(*) FROM (SELECT complete FROM generation ORDER BY id DESC LIMIT 1) g,"
		 " staged_run r WHERE g.complete <> r.complete)",
		 changes},
		{"SELECT count(*) FROM carried", &result->concerned},
		{"SELECT count(*) FROM staged_presence p JOIN staged_entity s USING (sid)"
		 " WHERE s.kind = 5 AND s.sid NOT IN (SELECT sid FROM carried)",
		 &result->read},
		{"SELECT services FROM generation ORDER BY id DESC LIMIT 1", &result->services},
		{"SELECT count(*) FROM new_presence n JOIN staged_presence p USING (sid)"
		 " JOIN staged_entity c ON c.sid = p.parent WHERE c.kind = 2 AND c.key = 'services'",
		 &result->added},
		{"SELECT count(*) FROM ended_presence x CROSS JOIN presence p USING (id)"
		 " CROSS JOIN entity c ON c.id = p.parent WHERE c.kind = 2 AND c.key = 'services'",
		 &result->left},
		{"SELECT count(DISTINCT n.sid) FROM new_value n JOIN staged_entity s USING (sid)"
		 " JOIN staged_presence p USING (sid)"
		 " WHERE s.kind = 5 AND n.sid NOT IN (SELECT sid FROM new_presence)",
		 &result->changed_services},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		r = database_number(database, counts[i].sql, counts[i].number);
	result->services += result->added - result->left;
	result->restated = run->updater->staging.restated;
	return r;
}

/* The account of what was read is of this generation now. */
static int remember(struct run *run, int64_t generation)
{
	int r = database_execute(run->database, embedded_remember);

	if (r < 0 || !run->reader)
		return r;
	return database_executef(
		run->database,
		"INSERT OR REPLACE INTO reading_of (one, generation, reader) VALUES (1, %lld, %Q)",
		(long long)generation, run->reader);
}

static int make_generation(struct run *run)
{
	const struct update_request *request = run->request;
	struct updater *updater = run->updater;
	struct generation generation = {
		.published_at = run->publication.published_at,
		.published_basis = run->basis,
		.fetched_at = request->now,
		.source = request->source_name,
		.location = request->location,
		.sha256 = request->sha256,
		.complete = run->publication.complete,
		.services = run->result->services,
	};
	bool first_of_store = updater->copy.is_new && updater->newest == 0;
	int r = first_of_store ? generation_make_store(run->database, &run->publication)
			       : generation_name_store(run->database, &run->publication);

	if (r == 0)
		r = generation_begin(run->database, &generation, run->publication.time_zone);
	if (r == 0)
		r = database_execute(run->database, embedded_apply);
	if (r == 0)
		r = generation_write_registry(run->database, &generation);
	if (r == 0)
		r = remember(run, generation.id);
	if (r < 0)
		return r;
	run->result->generation = generation.id;
	updater->newest = generation.id;
	if (updater->first == 0)
		updater->first = generation.id;
	buffer_release(&updater->about);
	updater->about = run->publication.about;
	run->publication.about = (struct buffer){0};
	(void)snprintf(updater->registry, sizeof(updater->registry), "%s",
		       run->publication.registry);
	return 0;
}

static bool lacks_catalogue(const struct run *run)
{
	return run->updater->copy.is_new && run->updater->newest == 0 &&
	       !run->updater->staging.catalogue;
}

static int stage(struct run *run)
{
	int r = name_reader(run);

	if (r == 0)
		r = staging_begin(&run->updater->staging, run->reader);
	if (r == 0)
		r = read_publication(run);
	if (r == 0)
		r = time_publication(run);
	if (r == 0)
		r = plausible_registry(run->database, &run->publication);
	if (r == 0 && lacks_catalogue(run))
		r = stage_bundled_catalogue(run);
	if (r == 0)
		r = plausible_losses(&run->updater->staging, &run->publication,
				     run->request->loss_limit, run->request->accept_loss);
	if (r == 0)
		r = plausible_values(&run->updater->staging, &run->publication,
				     run->request->loss_limit, run->request->accept_loss);
	return r < 0 ? r : complete_staging(run);
}

static int add(struct run *run)
{
	int64_t changes = 0;
	int r = stage(run);

	if (r == 0 && run->due && run->publication.expires)
		r = validity_due(run->database, run->publication.published_at, true, run->due);
	if (r == 0 && run->due && *run->due)
		return 0;
	if (r == 0)
		r = count_changes(run, &changes);
	if (r < 0)
		return r;
	run->result->changed = changes > 0;
	if (changes > 0)
		return make_generation(run);
	return database_number(run->database, "SELECT max(id) FROM generation",
			       &run->result->generation);
}

int updater_open(struct updater *updater, struct store_directory *store)
{
	int r;

	*updater = (struct updater){.first = 0};
	r = working_copy_open(&updater->copy, store);
	return r < 0 ? r : staging_open(&updater->staging, updater->copy.database);
}

static int add_or_leave(struct updater *updater, const struct update_request *request,
			struct update_result *result, char **due)
{
	__attribute__((cleanup(run_release))) struct run run = {
		.updater = updater,
		.database = updater->copy.database,
		.request = request,
		.result = result,
		.due = due,
	};
	int r, left = 0;

	*result = (struct update_result){0};
	r = database_execute(run.database, "BEGIN");
	if (r < 0)
		return r;
	r = add(&run);
	if (r == 0 && result->changed)
		return database_execute(run.database, "COMMIT");
	/*
	 * What was refused or says nothing new leaves no trace, nor a field that only it had. After
	 * an error of its own SQLite may have rolled back already; and what went wrong first is
	 * what counts: nobody goes on with the working copy then.
	 */
	if (!sqlite3_get_autocommit(run.database))
		left = database_execute(run.database, "ROLLBACK");
	return r < 0 ? r : left;
}

int updater_add(struct updater *updater, const struct update_request *request,
		struct update_result *result)
{
	_cleanup_free_ char *due = NULL;
	int r = add_or_leave(updater, request, result, &due);

	if (r < 0 || !due)
		return r;
	/* What the calendar did since the newest generation comes first, each day as its own. */
	r = validity_catch_up(updater, due, request->now);
	return r < 0 ? r : add_or_leave(updater, request, result, NULL);
}

static int render(struct updater *updater)
{
	_cleanup_documents_ struct documents documents;
	int r = documents_open(&documents, updater->copy.database, updater->first, updater->newest);

	return r < 0 ? r : documents_render(&documents, updater);
}

int updater_publish(struct updater *updater)
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
	return r < 0 ? r : working_copy_publish(&updater->copy, updater->first, updater->newest);
}

void updater_close(struct updater *updater)
{
	buffer_release(&updater->about);
	staging_close(&updater->staging);
	working_copy_discard(&updater->copy);
}
