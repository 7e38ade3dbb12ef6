#include "pull/pull.h"

#include <errno.h>
#include <string.h>

#include "util/checksum.h"
#include "sources/source.h"
#include "common/log.h"
#include "pull/ask.h"
#include "pull/update.h"
#include "pull/upgrade.h"
#include "pull/calendar.h"
#include "store/working_copy.h"

/* A plan of before whose time has passed is dropped. */
void pull_plan_next(struct state *state, const struct pull_request *request, bool answered,
		    int64_t asked)
{
	int64_t now = timestamp_now();
	int64_t delay = answered ? request->next_after_success : request->next_after_failure;

	if (delay <= 0) {
		if (state->next_try <= now)
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

static void print_result(const struct update_result *result, bool quiet)
{
	char published[TIMESTAMP_TEXT_SIZE], lost[64] = "";

	timestamp_format(result->published_at, published);
	if (result->lost > 0)
		(void)snprintf(lost, sizeof(lost), _("; %lld values can't be read"),
			       (long long)result->lost);
	if (result->changed)
		(void)printf(
			"changed: generation %lld, published %s: %lld services, %lld new, %lld gone, %lld with other values%s\n",
			(long long)result->generation, published, (long long)result->services,
			(long long)result->added, (long long)result->left,
			(long long)result->changed_services, lost);
	else if (!quiet)
		(void)printf(
			"unchanged: generation %lld stays; the publication of %s says the same%s\n",
			(long long)result->generation, published, lost);
}

/*
 * When the list was last known to be what its source says. An answer from the
 * network says so now; a file only that it was so when it was published, as
 * nobody can tell from it what the source has said since.
 */
static void note_success(struct store_directory *store, bool network, int64_t published_at,
			 int64_t now)
{
	int64_t known = network || published_at > now ? now : published_at;
	struct state *state = &store->state;

	state_note_held(state, store_directory_generation(store), known);
	if (known > state->last_success)
		state->last_success = known;
	state->last_error[0] = '\0';
}

static void note_fetched(struct state *state, const struct pull_request *request,
			 const struct fetch_result *fetched)
{
	bool network = fetched->network;

	state_set_text(state->location, request->location.text);
	state_set_text(state->etag, network ? fetched->etag : "");
	state_set_text(state->last_modified, network ? fetched->last_modified : "");
	if (fetched->sha256[0] != '\0')
		memcpy(state->sha256, fetched->sha256, sizeof(state->sha256));
}

static void warn_if_old(const struct store_directory *store, bool network, int64_t now, bool quiet)
{
	char text[TIMESTAMP_TEXT_SIZE];

	if (network || quiet || store->state.last_success == 0 ||
	    now - store->state.last_success <= STATE_MAX_AGE_DEFAULT)
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
				   const struct pull_request *request)
{
	state_set_text(store->state.last_error, _("the store could not be written"));
	pull_plan_next(&store->state, request, false, 0);
	(void)store_directory_write_state(store);
	return EXIT_STORE;
}

static enum exit_code refused(struct store_directory *store, const struct reader *reader,
			      const struct reason *reason, const struct fetch_result *fetched)
{
	const struct reader *other;
	char name[96];

	reason_say(reason);
	state_set_text(store->state.last_error, reason->sentence);
	other = fetched->bytes ? reader_find_by_content(fetched->bytes, fetched->length) : NULL;
	if (other && other != reader)
		log_info("it looks like what --source %s reads", other->name);
	if (fetched->bytes && store_directory_keep_rejected(store, fetched->sha256, fetched->bytes,
							    fetched->length, name) == 0)
		log_info(
			"the publication is kept in %s/%s for inspection; the list stays as it was",
			store->path, name);
	return finish(store, EXIT_REFUSED);
}

/* Takes the bytes of what was fetched. */
static struct document *take_list(struct document_set *documents,
				  const struct pull_request *request, struct fetch_result *fetched)
{
	struct document *list = document_set_add(documents, request->location.text);
	const char *shape;

	list->role = DOCUMENT_LIST;
	list->bytes = steal_pointer(fetched->bytes);
	list->length = fetched->length;
	list->network = fetched->network;
	memcpy(list->sha256, fetched->sha256, sizeof(list->sha256));
	if (reader_recognise(request->reader, list->bytes, list->length, &shape))
		list->shape = shape;
	return list;
}

static enum exit_code update_from(struct store_directory *store, const struct pull_request *request,
				  struct reason *reason, struct fetch_result *fetched, int64_t now)
{
	_cleanup_document_set_ struct document_set documents = {0};
	struct document *list = take_list(&documents, request, fetched);
	struct update_request update_request = {
		.reader = request->reader,
		.source_name = request->reader->name,
		.documents = documents.rows,
		.document_count = documents.count,
		.at = request->at,
		.now = now,
		.loss_limit = request->loss_limit,
		.accept_loss = request->accept_loss,
		.quiet = request->network.quiet,
		.reason = reason,
	};
	_cleanup_updater_ struct updater updater = {.first = 0};
	struct update_result result = {.changed = false};
	int r = updater_open(&updater, store);

	if (r == 0)
		r = calendar_add(&updater, &update_request, &result);
	fetched->bytes = steal_pointer(list->bytes);
	if (r == 0)
		r = updater_make_current(&updater);
	if (r < 0)
		return reason->refused ? refused(store, request->reader, reason, fetched)
				       : store_failed(store, request);
	print_result(&result, request->network.quiet);
	note_fetched(&store->state, request, fetched);
	note_success(store, fetched->network, result.published_at, now);
	warn_if_old(store, fetched->network, now, request->network.quiet);
	return finish(store, EXIT_DONE);
}

static enum exit_code same_again(struct store_directory *store, const struct pull_request *request,
				 const struct fetch_result *fetched, int64_t now)
{
	if (!request->network.quiet)
		(void)printf("unchanged: %s\n",
			     fetched->not_modified ? "the source says that nothing is newer"
						   : "the publication is the same to the byte");
	note_fetched(&store->state, request, fetched);
	note_success(store, fetched->network, request->at, now);
	return finish(store, EXIT_DONE);
}

static enum exit_code pull_once(struct store_directory *store, const struct pull_request *request)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	struct network network = ask_network(store, request);
	struct reason reason = {.about = request->location.text};
	struct state *state = &store->state;
	int64_t now;
	int r;

	state->last_attempt = timestamp_now();
	r = ask(store, request, &network, &reason, &fetched);

	if (r < 0 && !reason.refused)
		return fetch_failed(store, request, &reason, r, network.asked);
	pull_plan_next(state, request, true, 0);
	if (r < 0)
		return refused(store, request->reader, &reason, &fetched);
	now = timestamp_now();
	if (fetched.not_modified ||
	    (store->current[0] != '\0' && strcmp(fetched.sha256, state->sha256) == 0))
		return same_again(store, request, &fetched, now);
	return update_from(store, request, &reason, &fetched, now);
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

enum exit_code pull(struct store_directory *store, const struct pull_request *request)
{
	enum exit_code code;
	int64_t services;

	/* Before anything is asked: what the source says is nothing that a mirror's state tells. */
	if (working_copy_check_owner(store) < 0)
		return EXIT_STORE;
	if (upgrade(store) < 0)
		return store_failed(store, request);
	code = pull_once(store, request);
	/*
	 * The calendar moves on whatever the source says, or doesn't; unless this is
	 * about another day than today.
	 */
	if (request->at != 0 || code == EXIT_STORE || code == EXIT_USAGE)
		return code;
	if (calendar_run(store, timestamp_now(), &services) < 0)
		return calendar_failed(store, request, code);
	if (services > 0)
		(void)printf("changed: %lld services have passed their date\n",
			     (long long)services);
	return code;
}

enum exit_code pull_bundled(struct store_directory *store, const struct registry *registry)
{
	char location[80];
	struct reason reason = {.about = location};
	struct document list = {
		.role = DOCUMENT_LIST, .shape = "interchange", .location = location};
	struct update_request request = {
		.reader = &reader_interchange,
		.source_name = "bundled",
		.documents = &list,
		.document_count = 1,
		.now = timestamp_now(),
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
	print_result(&result, false);
	return finish(store, EXIT_DONE);
}
