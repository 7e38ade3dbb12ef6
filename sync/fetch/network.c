#include "fetch/network.h"

#include <curl/curl.h>

#include "common/log.h"
#include "fetch/fetch.h"
#include "fetch/http.h"
#include "util/duration.h"
#include "util/memory.h"

/* One request, until it is answered. */
struct asking {
	struct network *network;
	struct interrupt *interrupt;
	struct retry retry;
	int time_limit; /* seconds of an attempt */
	struct progress bytes;
};

/* fetch()'s progress function. */
static int watch(void *context, size_t done, size_t total)
{
	struct asking *asking = context;

	if (done == 0 && total == 0)
		progress_end(&asking->bytes);
	else if (!asking->network->quiet && !asking->network->progress)
		progress_show(&asking->bytes, done, total);
	return interrupt_stopped(asking->interrupt) ? -EINTR : 0;
}

static void report_attempt(const struct asking *asking, const struct fetch_request *request)
{
	const char *etag = request->etag ? request->etag : "";
	const char *date = request->last_modified ? request->last_modified : "";

	if (asking->network->verbose)
		log_info("asking for %s, attempt %d of %d%s%s%s%s", request->location.text,
			 asking->retry.done + 1, asking->retry.count + 1,
			 *etag ? _(", unless still ") : "", etag,
			 *date ? _(", if newer than ") : "", date);
}

static void report_answer(const struct asking *asking, const struct fetch_result *result,
			  int64_t began)
{
	char took[DURATION_TEXT_SIZE];

	if (!asking->network->verbose)
		return;
	duration_format(steady_now() - began, took);
	if (result->http_status != 0)
		log_info("answered with status %ld after %s; size: %zu, unpacked: %zu",
			 result->http_status, took, result->transferred, result->length);
	else if (result->bytes)
		log_info("read in %s; size, unpacked: %zu", took, result->length);
}

static int ask_once(struct asking *asking, struct fetch_request *request,
		    struct fetch_result *result)
{
	struct network *network = asking->network;
	int64_t began = steady_now();
	int r;

	if (network->tell)
		network->tell(network->tell_context, NULL, 0);
	reason_clear(request->reason);
	request->time_limit_seconds = retry_time_limit(&asking->retry, asking->time_limit);
	report_attempt(asking, request);
	progress_begin(&asking->bytes);
	r = fetch(request, result);
	report_answer(asking, result, began);
	if (result->server_time > 0) {
		network->server_time = result->server_time;
		network->server_time_at = steady_now();
	}
	network->transferred += result->network ? result->transferred : result->length;
	return r;
}

/* Reports what failed and when it is tried again, and waits. Returns 0 or -EINTR. */
static int wait_for_next(struct asking *asking, const struct reason *reason, int64_t delay)
{
	const struct network *network = asking->network;
	char pause[DURATION_TEXT_SIZE];
	int r;

	duration_format(delay, pause);
	if (network->progress)
		progress_end(network->progress);
	if (!network->quiet)
		log_warning("%s (again in %s, attempt %d of %d)", reason->sentence, pause,
			    asking->retry.done + 1, asking->retry.count + 1);
	if (network->tell)
		network->tell(network->tell_context, reason, clock_now() + delay);
	r = interrupt_sleep(asking->interrupt, delay);
	asking->interrupt->hangup = false; /* now is when we ask */
	return r;
}

int ask_until_answered(struct network *network, const struct fetch_request *wanted,
		       struct fetch_result *result)
{
	struct fetch_request request = *wanted;
	struct interrupt none = INTERRUPT_NONE;
	struct asking asking = {
		.network = network,
		.interrupt = network->interrupt ? network->interrupt : &none,
		.time_limit = wanted->time_limit_seconds > 0 ? wanted->time_limit_seconds
							     : FETCH_TIME_LIMIT_DEFAULT,
		.bytes = {.label = _("fetching"), .bytes = true},
	};

	if (!request.user_agent)
		request.user_agent = "ismap-sync/" ISMAPFS_VERSION;
	request.ca_file = network->ca_file;
	request.share = network->share;
	request.progress = watch;
	request.progress_context = &asking;
	network->asked = 0;
	retry_begin(&asking.retry, network->retries, network->retry_delay);
	for (;;) {
		int64_t delay;
		int r = ask_once(&asking, &request, result);

		if (r == 0)
			return 0;
		if (!retry_again(&asking.retry, r, result->retry_after, &delay)) {
			network->asked = asking.retry.asked;
			return r;
		}
		r = wait_for_next(&asking, request.reason, delay);
		if (r < 0)
			return reason_fail(request.reason, r,
					   "told to stop; %s was not asked again",
					   request.location.text);
	}
}

struct clock_reading network_read_clock(const struct network *network)
{
	int64_t since = steady_now() - network->server_time_at;

	return clock_read(network->server_time > 0 ? network->server_time + since : 0);
}

void network_share_begin(struct network *network, bool cookies)
{
	/* fetch() finds out, too, and says so. */
	if (!http_begin())
		return;
	network->share = curl_share_init();
	if (!network->share)
		out_of_memory();
	(void)curl_share_setopt(network->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	if (cookies)
		(void)curl_share_setopt(network->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	(void)curl_share_setopt(network->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

void network_share_end(struct network *network)
{
	if (!network->share)
		return;
	(void)curl_share_cleanup(network->share);
	curl_global_cleanup();
	network->share = NULL;
}
