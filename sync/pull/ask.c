#include "pull/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "util/duration.h"
#include "fetch/fetch.h"
#include "fetch/location.h"
#include "common/log.h"
#include "fetch/progress.h"

/* One publication being asked for. */
struct asking {
	struct store_directory *store;
	const struct pull_request *request;
	struct interrupt *interrupt;
	struct reason *reason;
	struct retry retry;
	struct progress progress;
};

/* fetch()'s progress function. */
static int watch(void *context, size_t done, size_t total)
{
	struct asking *asking = context;

	if (done == 0 && total == 0)
		progress_end(&asking->progress);
	else if (!asking->request->quiet)
		progress_show(&asking->progress, done, total);
	return interrupt_stopped(asking->interrupt) ? -EINTR : 0;
}

static void tell_attempt(const struct asking *asking, const struct fetch_request *request)
{
	if (!asking->request->verbose)
		return;
	log_info("asking for %s, attempt %d of %d%s%s%s%s", request->location,
		 asking->retry.done + 1, asking->retry.count + 1,
		 *request->etag ? _(", unless still ") : "", request->etag,
		 *request->last_modified ? _(", if newer than ") : "", request->last_modified);
}

static void tell_answer(const struct asking *asking, const struct fetch_result *fetched,
			int64_t began)
{
	char took[DURATION_TEXT_SIZE];

	if (!asking->request->verbose)
		return;
	duration_format(steady_now() - began, took);
	if (fetched->http_status != 0)
		log_info("answered with status %ld after %s: %zu bytes, %zu when unpacked",
			 fetched->http_status, took, fetched->transferred, fetched->length);
	else if (fetched->bytes)
		log_info("read in %s: %zu bytes when unpacked", took, fetched->length);
}

/* Says what failed and when it is tried again, there and in the state, and waits. 0 or -EINTR. */
static int wait_for_next(struct asking *asking, int64_t delay)
{
	struct state *state = &asking->store->state;
	char pause[DURATION_TEXT_SIZE];
	int r;

	duration_format(delay, pause);
	if (!asking->request->quiet)
		log_warning("%s (again in %s, attempt %d of %d)", asking->reason->sentence, pause,
			    asking->retry.done + 1, asking->retry.count + 1);
	state_set_text(state->last_error, asking->reason->sentence);
	state->next_try = timestamp_now() + delay;
	/* If it can't be written, the end of the pull says so. */
	(void)store_directory_write_state(asking->store);
	r = interrupt_sleep(asking->interrupt, delay);
	asking->interrupt->hangup = false; /* now is when we ask */
	return r;
}

static int ask_until_answered(struct asking *asking, struct fetch_request *request,
			      struct fetch_result *fetched)
{
	for (;;) {
		int64_t began = steady_now(), delay;
		int r;

		asking->store->state.last_attempt = timestamp_now();
		request->time_limit_seconds =
			retry_time_limit(&asking->retry, FETCH_TIME_LIMIT_DEFAULT);
		tell_attempt(asking, request);
		progress_begin(&asking->progress);
		r = fetch(request, fetched);
		tell_answer(asking, fetched, began);
		if (r == 0)
			return 0;
		if (!retry_again(&asking->retry, r, fetched->retry_after, &delay))
			return r;
		r = wait_for_next(asking, delay);
		if (r < 0)
			return reason_fail(asking->reason, r,
					   "told to stop; %s was not asked again",
					   request->location);
	}
}

static bool is_folder(const char *location)
{
	struct stat status;

	return location_kind(location) == LOCATION_PATH && stat(location, &status) == 0 &&
	       S_ISDIR(status.st_mode);
}

/* A visit's failed requests, in the state as other failed attempts. */
static void note_failed_request(void *context, const char *why, int64_t delay)
{
	struct store_directory *store = context;

	state_set_text(store->state.last_error, why);
	store->state.next_try = timestamp_now() + delay;
	/* If it can't be written, the end of the pull says so. */
	(void)store_directory_write_state(store);
}

/* A visit asks again by itself, for one page rather than for all. */
static int visit(struct asking *asking, struct fetch_result *fetched)
{
	const struct pull_request *request = asking->request;
	struct portal_options options = {
		.map = request->map,
		.liu_page = request->liu_page,
		.contact = request->contact,
		.ca_file = request->ca_file,
		.delay = request->delay,
		.retries = request->retries,
		.retry_delay = request->retry_delay,
		.interrupt = asking->interrupt->fd >= 0 ? asking->interrupt : NULL,
		.quiet = request->quiet,
		.verbose = request->verbose,
		.failed = note_failed_request,
		.failed_context = asking->store,
		.reason = asking->reason,
	};

	asking->store->state.last_attempt = timestamp_now();
	return is_folder(request->location)
		       ? portal_read_folder(request->location, &options, fetched)
		       : portal_visit(request->location, &options, fetched);
}

int ask(struct store_directory *store, const struct pull_request *request, struct reason *reason,
	struct fetch_result *fetched, int64_t *asked)
{
	_cleanup_interrupt_ struct interrupt own = INTERRUPT_NONE;
	struct state *state = &store->state;
	bool known = store->current[0] != '\0' && strcmp(state->location, request->location) == 0;
	struct fetch_request fetch_request = {
		.location = request->location,
		.etag = known ? state->etag : "",
		.last_modified = known ? state->last_modified : "",
		.size_max = request->size_max,
		.only_files = request->only_files,
		.user_agent = "ismap-sync/" ISMAPFS_VERSION,
		.ca_file = request->ca_file,
		.progress = watch,
		.share = request->share,
		.reason = reason,
	};
	struct asking asking = {
		.store = store,
		.request = request,
		.interrupt = request->interrupt ? request->interrupt : &own,
		.reason = reason,
		.progress = {.label = _("fetching"), .bytes = true},
	};
	int r;

	fetch_request.progress_context = &asking;
	/* Whoever reads a pipe by hand may end it by hand: only the network is waited for. */
	if (location_kind(request->location) == LOCATION_URL && !request->interrupt)
		(void)interrupt_begin(&own, false);
	retry_begin(&asking.retry, request->retries, request->retry_delay);
	if (request->source->visits &&
	    (location_kind(request->location) == LOCATION_URL || is_folder(request->location))) {
		r = visit(&asking, fetched);
		*asked = fetched->retry_after * 1000;
		return r;
	}
	r = ask_until_answered(&asking, &fetch_request, fetched);
	*asked = asking.retry.asked;
	return r;
}
