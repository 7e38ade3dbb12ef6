/*
 * FedRAMP's Marketplace: its list, in either shape, with the status changelog and
 * with package overviews, where these are there. What each says is read in files
 * of their own; here they are put together.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "sources/fedramp/kept.h"
#include "sources/fedramp/kinds.h"
#include "sources/fedramp/documents/list.h"
#include "sources/fedramp/stage.h"
#include "sources/fedramp/strangers.h"
#include "sources/source.h"
#include "common/embed.h"
#include "util/json.h"
#include "util/memory.h"

EMBED(fedramp_list, "sources/fedramp/bundled.json");

/* All documents of a publication, read. */
/* How old a list's own time may be. In three years no two publications of data.json were more than
 * 3.2 days apart; of products.json nobody knows yet how often it comes. */
#define DATA_AGE_MAX (7 * MILLISECONDS_PER_DAY)
#define PRODUCTS_AGE_MAX (14 * MILLISECONDS_PER_DAY)

struct reading {
	struct staging *staging;
	struct publication *publication;
	struct fedramp_ids known; /* ids of the store's services, and of the list's */
	struct fedramp_list list;
	struct fedramp_changelog changelog;
	bool has_changelog;
	struct fedramp_overviews *overviews; /* one for each document */
	size_t overview_count;
	struct fedramp_overview_index overview_index;
	bool all_overviews; /* one of them is FedRAMP's collection */
	sqlite3_stmt *kept; /* fedramp_kept_open(); NULL: no document of before is absent */
	bool same_shape;    /* as of the list before */
	size_t strangers;   /* services that the store knows by their names alone */
	size_t disputed;    /* services of which the changelog says last what isn't their status */
};

static void reading_release(struct reading *reading)
{
	fedramp_ids_release(&reading->known);
	fedramp_list_release(&reading->list);
	fedramp_changelog_release(&reading->changelog);
	fedramp_overview_index_release(&reading->overview_index);
	for (size_t i = 0; i < reading->overview_count; i++)
		fedramp_overviews_release(&reading->overviews[i]);
	free(reading->overviews);
	(void)sqlite3_finalize(reading->kept);
}

/* Looks for repeated members in what is read of a list: the frame, the header, the products. */
static int check_list_members(const cJSON *root, struct reason *reason)
{
	const cJSON *data = json_member(root, "data");
	int r = json_refuse_repeated(reason, root);

	if (r == 0)
		r = json_refuse_repeated(reason, json_member(root, "meta"));
	if (r == 0)
		r = json_refuse_repeated(reason, data);
	return r < 0 ? r : json_refuse_repeated_within(reason, json_member(data, "Products"));
}

static int parse_optional(struct document *document, struct reason *reason, cJSON **root)
{
	int r = document_parse(document, reason, root);

	return r < 0 ? r : json_refuse_repeated_within(reason, *root);
}

/* Percent of the services that may be lost at once. */
static int loss_limit(const struct publication *publication)
{
	if (publication->accept_loss)
		return 100;
	return publication->loss_limit < 0 ? registry_fedramp.loss_limit : publication->loss_limit;
}

static int find_known(struct reading *reading)
{
	_cleanup_statement_ sqlite3_stmt *services = NULL;
	int r = database_prepare(reading->staging->database,
				 "SELECT key FROM entity WHERE kind = ?1", &services);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int(services, 1, KIND_SERVICE);
	while ((r = database_next(services)) > 0)
		fedramp_ids_add(&reading->known, database_text(services, 0));
	fedramp_ids_sort(&reading->known);
	return r;
}

/* The documents beside the list speak of its services. */
static void add_listed(struct reading *reading)
{
	for (size_t i = 0; i < reading->list.count; i++)
		fedramp_ids_add(&reading->known, reading->list.services[i].id);
	fedramp_ids_sort(&reading->known);
}

static int read_list(struct reading *reading, struct document *document)
{
	struct publication *publication = reading->publication;
	_cleanup_json_ cJSON *root = NULL;
	int64_t before = FEDRAMP_NO_TIME;
	int r = document_parse(document, publication->reason, &root);

	if (r == 0)
		r = check_list_members(root, publication->reason);
	if (r == 0)
		r = database_number(reading->staging->database,
				    "SELECT max(published_at) FROM generation", &before);
	if (r == 0)
		r = find_known(reading);
	if (r < 0)
		return r;
	r = fedramp_list_read(root, before, &reading->known, publication->accept_loss,
			      &reading->list);
	if (r < 0)
		return publication_refuse(publication, "%s", reading->list.refusal.sentence);
	publication->limit =
		reading->list.shape == FEDRAMP_PRODUCTS ? PRODUCTS_AGE_MAX : DATA_AGE_MAX;
	add_listed(reading);
	document->states_time = reading->list.states_time;
	document->published_at = reading->list.published_at;
	/* Nobody knows products.json's zone; its time is read as UTC. */
	if (reading->list.shape == FEDRAMP_PRODUCTS && document->states_time)
		day_format(day_in_zone("UTC", document->published_at), publication->day);
	return 0;
}

/* A changelog that was cut, or emptied, takes no event away. */
static int check_changelog(struct reading *reading)
{
	int limit = loss_limit(reading->publication);
	int64_t known, lost;
	int r = fedramp_kept_count(reading->staging->database, &reading->changelog, &known, &lost);

	if (r < 0 || lost * 100 <= known * limit)
		return r;
	return reason_refuse(
		reading->publication->reason,
		"it lacks %lld of the services whose events the store has (%lld), more than %d %%; if that is right, run again with --accept-loss",
		(long long)lost, (long long)known, limit);
}

static int read_changelog(struct reading *reading, struct document *document)
{
	struct reason *reason = reading->publication->reason;
	_cleanup_json_ cJSON *root = NULL;
	int r = parse_optional(document, reason, &root);

	if (r < 0)
		return r;
	r = fedramp_changelog_read(root, &reading->known, &reading->changelog);
	if (r < 0)
		return reason_refuse(reason, "%s", reading->changelog.refusal.sentence);
	r = check_changelog(reading);
	if (r < 0)
		return r;
	reading->has_changelog = true;
	document->states_time = reading->changelog.states_time;
	document->published_at = reading->changelog.exported_at;
	return 0;
}

static int read_overviews(struct reading *reading, struct document *document)
{
	struct reason *reason = reading->publication->reason;
	struct fedramp_overviews *overviews = &reading->overviews[reading->overview_count];
	_cleanup_json_ cJSON *root = NULL;
	int r = parse_optional(document, reason, &root);

	if (r < 0)
		return r;
	r = fedramp_overviews_read(root, &reading->known, overviews);
	reading->overview_count++;
	if (r < 0)
		return reason_refuse(reason, "%s", overviews->refusal.sentence);
	reading->all_overviews |= overviews->is_collection;
	document->states_time = overviews->states_time;
	document->published_at = overviews->exported_at;
	return 0;
}

static int read_optional(struct reading *reading, struct document *document)
{
	struct reason *reason = reading->publication->reason;
	const char *about = reason->about;
	int r;

	/* What is wrong with it is said of it, not of the list. */
	reason->about = document->location;
	r = strcmp(document->role, FEDRAMP_CHANGELOG_ROLE) == 0 ? read_changelog(reading, document)
								: read_overviews(reading, document);
	if (r < 0)
		publication_blame(reading->publication, document);
	else
		reason->about = about;
	return r;
}

static int read_documents(struct reading *reading)
{
	struct publication *publication = reading->publication;
	struct document *list = publication_document(publication, DOCUMENT_LIST);
	int r = read_list(reading, list);

	reading->overviews =
		xmalloc((publication->document_count + 1) * sizeof(*reading->overviews));
	for (size_t i = 0; r == 0 && i < publication->document_count; i++)
		if (&publication->documents[i] != list)
			r = read_optional(reading, &publication->documents[i]);
	if (r == 0)
		fedramp_overview_index_make(reading->overviews, reading->overview_count,
					    &reading->overview_index);
	return r;
}

/* Another shape is another document: what it says isn't what the changelog decided against. */
static int find_same_shape(struct reading *reading)
{
	const struct document *list = publication_document(reading->publication, DOCUMENT_LIST);
	int64_t same = 0;
	int r = database_numberf(
		reading->staging->database, &same,
		"SELECT EXISTS (SELECT 1 FROM source_document"
		" WHERE role = %Q AND shape = %Q AND generation = (SELECT max(generation)"
		" FROM source_document WHERE role = %Q))",
		list->role, list->shape, list->role);

	reading->same_shape = same != 0;
	return r;
}

/*
 * Whether documents are absent that the store has facts of. A bundled list has
 * the changelog's events, too. Which overviews there were nobody can tell, unless
 * FedRAMP's collection of them all is there.
 */
static int find_absent(struct reading *reading)
{
	sqlite3 *database = reading->staging->database;
	int64_t absent;
	int r;

	if (reading->has_changelog && reading->all_overviews)
		return 0;
	r = database_numberf(
		database, &absent,
		"SELECT EXISTS (SELECT 1 FROM source_document d JOIN generation g"
		" ON g.id = d.generation WHERE g.source <> %Q OR d.role = %Q AND NOT %d"
		" OR d.role = %Q AND NOT %d)",
		reader_fedramp.name, FEDRAMP_CHANGELOG_ROLE, reading->has_changelog,
		FEDRAMP_OVERVIEW_ROLE, reading->all_overviews);
	if (r < 0 || absent == 0)
		return r;
	r = find_same_shape(reading);
	return r < 0 ? r : fedramp_kept_open(database, &reading->kept);
}

static int stage_facts(struct reading *reading, const char *id, struct fedramp_facts facts,
		       const struct fedramp_decided *former)
{
	struct fedramp_verdict verdict;

	facts.verdict = &verdict;
	fedramp_judge(facts.service, facts.history, reading->changelog.layout, former, &verdict);
	/* Of what isn't listed the changelog counts only where it says why. */
	if (!facts.service &&
	    (!verdict.delisted_basis || verdict.status != fedramp_status_word(FEDRAMP_DELISTED)))
		return 0;
	reading->disputed += verdict.other != NULL;
	return fedramp_stage_service(reading->staging, id, &facts, reading->publication->reason);
}

/* What absent documents state of a service stays as it was. */
static int stage_service(struct reading *reading, const char *id,
			 const struct fedramp_service *service,
			 const struct fedramp_history *history)
{
	__attribute__((cleanup(fedramp_kept_release))) struct fedramp_kept kept = {0};
	struct fedramp_facts facts = {
		.service = service,
		.history = history,
		.overview = service ? fedramp_overview_find(&reading->overview_index, id) : NULL,
		.known = &reading->known,
	};
	int r = reading->kept && service ? fedramp_kept_read(reading->kept, id, &kept) : 0;

	if (r < 0)
		return r;
	if (!reading->same_shape)
		kept.decided.listed = NULL;
	if (reading->kept && !reading->has_changelog)
		facts.history = &kept.history;
	if (reading->kept && !facts.overview && !reading->all_overviews)
		facts.overview = &kept.overview;
	return stage_facts(reading, id, facts, reading->has_changelog ? NULL : &kept.decided);
}

static int stage_services(struct reading *reading)
{
	const struct fedramp_list *list = &reading->list;
	const struct fedramp_changelog *changelog = &reading->changelog;
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->count; i++) {
		const char *id = list->services[i].id;

		r = stage_service(reading, id, &list->services[i],
				  fedramp_changelog_find(changelog, id));
	}
	for (size_t i = 0; r == 0 && i < changelog->count; i++) {
		const char *id = changelog->histories[i].id;

		if (!fedramp_list_find(list, id))
			r = stage_service(reading, id, NULL, &changelog->histories[i]);
	}
	return r;
}

/* Says of each kind of value that couldn't be read how many services it concerns. */
static void tell_losses(struct publication *publication, const char *location,
			const struct fedramp_losses *losses)
{
	for (size_t i = 0; i < losses->count; i++) {
		const struct fedramp_loss *loss = &losses->rows[i];

		publication->lost += (int64_t)loss->services;
		if (publication->quiet)
			continue;
		if (loss->text)
			log_warning(
				translate_counted(
					loss->services,
					"%s: '%.60s' is a %s that this program doesn't know, in %zu entry; it counts as unknown",
					"%s: '%.60s' is a %s that this program doesn't know, in %zu entries; it counts as unknown"),
				location, loss->text, loss->member, loss->services);
		else
			log_warning(translate_counted(loss->services,
						      "%s: %s of %zu entry can't be read",
						      "%s: %s of %zu entries can't be read"),
				    location, loss->member, loss->services);
	}
}

/* An overview's id may be a placeholder. */
static size_t count_unlisted(const struct reading *reading,
			     const struct fedramp_overviews *overviews)
{
	size_t unlisted = 0;

	for (size_t i = 0; i < overviews->count; i++)
		unlisted += !fedramp_list_find(&reading->list, overviews->rows[i].id);
	return unlisted;
}

static void tell_left_out(const struct reading *reading)
{
	const struct fedramp_list *list = &reading->list;
	const struct fedramp_changelog *changelog = &reading->changelog;
	const char *location = reading->publication->location;
	size_t blank = list->blank + changelog->blank, contradictory = 0, unlisted = 0;
	size_t rewritten = list->rewritten + changelog->rewritten;

	for (size_t i = 0; i < reading->overview_count; i++) {
		blank += reading->overviews[i].blank;
		rewritten += reading->overviews[i].rewritten;
		contradictory += reading->overviews[i].contradictory;
		unlisted += count_unlisted(reading, &reading->overviews[i]);
	}
	if (blank > 0)
		log_warning(translate_counted(blank, "%s: %zu row without an id was left out",
					      "%s: %zu rows without an id were left out"),
			    location, blank);
	if (reading->strangers > 0)
		log_warning(
			translate_counted(
				reading->strangers,
				"%s: the id of %zu service can't be read; the store knows it by its name, and it keeps what it had",
				"%s: the id of %zu services can't be read; the store knows them by their names, and they keep what they had"),
			location, reading->strangers);
	if (list->stranger_count > reading->strangers)
		log_warning(
			translate_counted(list->stranger_count - reading->strangers,
					  "%s: %zu service whose id can't be read was left out",
					  "%s: %zu services whose id can't be read were left out"),
			location, list->stranger_count - reading->strangers);
	if (rewritten > 0)
		log_warning(
			translate_counted(
				rewritten,
				"%s: the id of %zu entry is written in another way than FedRAMP's; it was read all the same",
				"%s: the ids of %zu entries are written in another way than FedRAMP's; they were read all the same"),
			location, rewritten);
	if (list->without_status > 0)
		log_warning(
			translate_counted(
				list->without_status,
				"%s: the status of %zu service isn't stated; it counts as unknown",
				"%s: the status of %zu services isn't stated; it counts as unknown"),
			location, list->without_status);
	if (list->invented + changelog->invented > 0)
		log_warning(
			translate_counted(list->invented + changelog->invented,
					  "%s: %zu row that the publisher made up was left out",
					  "%s: %zu rows that the publisher made up were left out"),
			location, list->invented + changelog->invented);
	if (unlisted > 0)
		log_warning(
			translate_counted(
				unlisted,
				"%s: %zu package overview was left out, as the list has no service of its id",
				"%s: %zu package overviews were left out, as the list has no service of their id"),
			location, unlisted);
	if (contradictory > 0)
		log_warning(
			"%s: %zu package overviews were left out, as they contradict each other",
			location, contradictory);
	if (reading->disputed > 0 && reading->has_changelog)
		log_warning(
			translate_counted(
				reading->disputed,
				"%s: the changelog's newest word isn't the status of %zu service; it has it in status.changelog",
				"%s: the changelog's newest word isn't the status of %zu services; they have it in status.changelog"),
			location, reading->disputed);
}

static void tell(const struct reading *reading)
{
	struct publication *publication = reading->publication;
	const struct document *changelog =
		publication_document(publication, FEDRAMP_CHANGELOG_ROLE);
	size_t overview = 0;

	tell_losses(publication, publication->location, &reading->list.losses);
	if (changelog)
		tell_losses(publication, changelog->location, &reading->changelog.losses);
	for (size_t i = 0; i < publication->document_count; i++)
		if (strcmp(publication->documents[i].role, FEDRAMP_OVERVIEW_ROLE) == 0)
			tell_losses(publication, publication->documents[i].location,
				    &reading->overviews[overview++].losses);
	if (!publication->quiet)
		tell_left_out(reading);
}

static int read_fedramp(struct staging *staging, struct publication *publication)
{
	__attribute__((cleanup(reading_release))) struct reading reading = {
		.staging = staging,
		.publication = publication,
	};
	int r = read_documents(&reading);

	if (r < 0)
		return r;
	publication_describe(publication, &registry_fedramp, &reader_fedramp);
	publication->complete = true;
	r = find_absent(&reading);
	if (r == 0)
		r = stage_services(&reading);
	if (r == 0)
		r = fedramp_strangers_settle(staging, publication, &reading.list,
					     loss_limit(publication), &reading.strangers);
	if (r == 0)
		tell(&reading);
	return r;
}

const struct registry registry_fedramp = {
	.name = "fedramp",
	.title = "FedRAMP Marketplace",
	.publisher = "the FedRAMP programme of the US General Services Administration",
	.publisher_ja = "米国一般調達局（GSA）のFedRAMP",
	.site = "https://marketplace.fedramp.gov/",
	.time_zone = "America/New_York",
	.language = "en",
	.statuses = fedramp_statuses,
	.find_word = fedramp_word_of_field,
	.bundled = embedded_fedramp_list,
	.bundled_end = embedded_fedramp_list_end,
	.loss_limit = 20,
};

const struct reader reader_fedramp = {
	.name = "fedramp",
	.registry = &registry_fedramp,
	.documents = fedramp_documents,
	.former_shape = FEDRAMP_DATA_SHAPE,
	.states = fedramp_states,
	.read = read_fedramp,
	.about =
		"Read from the list of the FedRAMP Marketplace, whole, with FedRAMP's status\n"
		"changelog and with package overviews, where these were there.\n"
		"The members with names and addresses of people are left out.\n"
		"A service's controls are those of the baseline that its type and class demand, or\n"
		"else its level; the levels of FedRAMP 20x have no such baseline.\n"
		"Not official: what the FedRAMP Marketplace itself shows governs.\n",
};
