#include "update.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "documents.h"
#include "embedded.h"
#include "generation.h"
#include "identity.h"
#include "log.h"
#include "plausible.h"
#include "working_copy.h"

/* What makes up the run, handed from step to step. */
struct run {
	struct store_directory *store;
	const struct update_request *request;
	struct update_result *result;
	struct working_copy copy;
	struct staging staging;
	struct publication publication;
	const char *basis; /* of the time of publication */
};

static void run_release(struct run *run)
{
	staging_close(&run->staging);
	publication_release(&run->publication);
	working_copy_discard(&run->copy);
}

/* A new store whose source brings no controls along gets those of its registry's bundled list. */
static int stage_bundled_catalogue(struct run *run)
{
	struct publication bundled = {.location = "the bundled list"};
	_cleanup_free_ unsigned char *bytes = NULL;
	const char *text = embedded_list(run->publication.registry, &bundled.length);
	int r;

	if (!text)
		return 0;
	bytes = malloc(bundled.length + 1);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, text, bundled.length + 1);
	bundled.bytes = bytes;
	r = source_interchange_read_catalogue(&run->staging, &bundled);
	publication_release(&bundled);
	return r;
}

static int read_publication(struct run *run)
{
	run->publication = (struct publication){
		.bytes = run->request->bytes,
		.length = run->request->length,
		.location = run->request->location,
	};
	return run->request->source->read(&run->staging, &run->publication);
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
	return plausible_time(run->copy.database, publication, request->now);
}

static int set_run(struct run *run)
{
	char day[DAY_TEXT_SIZE];

	day_format(day_in_zone(run->publication.time_zone, run->publication.published_at), day);
	return database_executef(run->copy.database,
				 "INSERT INTO staged_run (one, day, complete, catalogue)"
				 " VALUES (1, %Q, %d, %d)",
				 day, run->publication.complete, run->staging.catalogue);
}

/* Everything that follows from the staged facts and from what the store knows. */
static int complete_staging(struct run *run)
{
	sqlite3 *database = run->copy.database;
	int r = set_run(run);

	if (r == 0)
		r = identity_find_keys(&run->staging);
	if (r == 0)
		r = database_execute(database, embedded_carry_sql());
	if (r == 0)
		r = identity_stage_names(&run->staging);
	if (r == 0)
		r = database_execute(database, embedded_derive_sql());
	return r < 0 ? r : database_execute(database, embedded_difference_sql());
}

static int count_changes(struct run *run, int64_t *changes)
{
	struct update_result *result = run->result;
	sqlite3 *database = run->copy.database;
	const struct {
		const char *sql;
		int64_t *number;
	} counts[] = {
		{"SELECT (SELECT count(*) FROM new_value) + (SELECT count(*) FROM ended_value)"
		 " + (SELECT count(*) FROM new_link) + (SELECT count(*) FROM ended_link)"
		 " + (SELECT count(*) FROM new_presence) + (SELECT count(*) FROM ended_presence)",
		 changes},
		{"SELECT count(*) FROM staged_presence p JOIN staged_entity c ON c.sid = p.parent"
		 " WHERE c.kind = 2 AND c.key = 'services'",
		 &result->services},
		{"SELECT count(*) FROM new_presence n JOIN staged_presence p USING (sid)"
		 " JOIN staged_entity c ON c.sid = p.parent WHERE c.kind = 2 AND c.key = "
		 "'services'",
		 &result->added},
		{"SELECT count(*) FROM ended_presence x JOIN presence p USING (id)"
		 " JOIN entity c ON c.id = p.parent WHERE c.kind = 2 AND c.key = 'services'",
		 &result->left},
		{"SELECT count(DISTINCT n.sid) FROM new_value n JOIN staged_entity s USING (sid)"
		 " JOIN staged_presence p USING (sid)"
		 " WHERE s.kind = 5 AND n.sid NOT IN (SELECT sid FROM new_presence)",
		 &result->changed_services},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		r = database_number(database, counts[i].sql, counts[i].number);
	return r;
}

static int make_generation(struct run *run)
{
	const struct update_request *request = run->request;
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
	sqlite3 *database = run->copy.database;
	int r = database_execute(database, "BEGIN");

	if (r == 0 && run->copy.is_new)
		r = generation_make_store(database, &run->publication);
	if (r == 0)
		r = generation_begin(database, &generation, run->publication.time_zone);
	if (r == 0)
		r = database_execute(database, embedded_apply_sql());
	if (r == 0)
		r = generation_write_registry(database, &generation);
	if (r == 0)
		r = documents_render(database, &run->publication, generation.id);
	if (r == 0)
		r = database_execute(database, "COMMIT");
	run->result->generation = generation.id;
	return r;
}

static int run_steps(struct run *run)
{
	int64_t changes = 0;
	int r = working_copy_open(&run->copy, run->store);

	if (r == 0)
		r = staging_open(&run->staging, run->copy.database);
	/* One transaction for all of staging: each statement would be one of its own otherwise. */
	if (r == 0)
		r = database_execute(run->copy.database, "BEGIN");
	if (r == 0)
		r = read_publication(run);
	if (r == 0)
		r = time_publication(run);
	if (r == 0)
		r = plausible_registry(run->copy.database, &run->publication);
	if (r == 0 && run->copy.is_new && !run->staging.catalogue)
		r = stage_bundled_catalogue(run);
	if (r == 0)
		r = plausible_losses(&run->staging, &run->publication, run->request->loss_limit,
				     run->request->accept_loss);
	if (r == 0)
		r = complete_staging(run);
	if (r == 0)
		r = count_changes(run, &changes);
	if (r == 0)
		r = database_execute(run->copy.database, "COMMIT");
	if (r < 0)
		return r;
	run->result->changed = changes > 0;
	if (changes == 0)
		return database_number(run->copy.database, "SELECT max(id) FROM generation",
				       &run->result->generation);
	r = make_generation(run);
	if (r < 0)
		return r;
	staging_close(&run->staging);
	r = database_execute(run->copy.database, "DETACH stage");
	return r < 0 ? r : working_copy_publish(&run->copy, run->result->generation);
}

int update(struct store_directory *store, const struct update_request *request,
	   struct update_result *result)
{
	__attribute__((cleanup(run_release))) struct run run = {
		.store = store,
		.request = request,
		.result = result,
	};

	int r;

	*result = (struct update_result){0};
	r = run_steps(&run);
	state_set_text(result->refusal, run.publication.refusal);
	return r;
}
