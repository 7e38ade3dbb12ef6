#include "mirror/download.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "common/cleanup.h"
#include "util/duration.h"
#include "fetch/interrupt.h"
#include "common/log.h"
#include "fetch/fetch.h"
#include "fetch/retry.h"
#include "util/memory.h"

void *download_share_begin(void)
{
	CURLSH *share;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return NULL;
	share = curl_share_init();
	if (!share) {
		curl_global_cleanup();
		return NULL;
	}
	(void)curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	(void)curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return share;
}

void download_share_end(void *share)
{
	if (!share)
		return;
	(void)curl_share_cleanup(share);
	curl_global_cleanup();
}

/* Beside the head. */
static char *locate(const char *head_location, const char *name)
{
	const char *slash = strrchr(head_location, '/');
	int length = slash ? (int)(slash + 1 - head_location) : 0;

	return xasprintf("%.*s%s", length, head_location, name);
}

/* fetch()'s progress function. */
static int watch(void *context, size_t done, size_t total)
{
	struct interrupt *interrupt = context;

	(void)done;
	(void)total;
	return interrupt_stopped(interrupt) ? -EINTR : 0;
}

static int wait_for_next(struct download *download, int64_t delay)
{
	char pause[DURATION_TEXT_SIZE];
	int r;

	duration_format(delay, pause);
	if (!download->quiet)
		log_warning("%s (again in %s)", download->reason->sentence, pause);
	r = interrupt_sleep(download->interrupt, delay);
	download->interrupt->hangup = false;
	return r;
}

static int ask_until_answered(struct download *download, struct fetch_request *request,
			      struct fetch_result *result)
{
	struct retry retry;

	retry_begin(&retry, download->retries, download->retry_delay);
	for (;;) {
		int64_t delay;
		int r;

		request->time_limit_seconds = retry_time_limit(&retry, FETCH_TIME_LIMIT_DEFAULT);
		if (download->verbose)
			log_info("asking for %s", request->location);
		r = fetch(request, result);
		download->transferred += result->network ? result->transferred : result->length;
		if (r == 0)
			return 0;
		if (!retry_again(&retry, r, result->retry_after, &delay))
			return r;
		r = wait_for_next(download, delay);
		if (r < 0)
			return reason_fail(request->reason, r,
					   "told to stop; %s was not asked again",
					   request->location);
	}
}

int download_file(struct download *download, const char *name, size_t size_max,
		  struct fetch_result *result)
{
	_cleanup_free_ char *location = locate(download->head_location, name);
	struct fetch_request request = {
		.location = location,
		.etag = "",
		.last_modified = "",
		.size_max = size_max,
		.packed = true,
		.only_files = true,
		.user_agent = "ismap-sync/" ISMAPFS_VERSION,
		.ca_file = download->ca_file,
		.progress = watch,
		.progress_context = download->interrupt,
		.share = download->share,
		.reason = download->reason,
	};

	return ask_until_answered(download, &request, result);
}

int download_object(struct download *download, const struct head_file *object,
		    struct fetch_result *result)
{
	struct reason *reason = download->reason;
	char path[HEAD_PATH_SIZE];
	int r;

	head_object_path(object->sha256, path);
	r = download_file(download, path, object->size, result);
	if (r == -EFBIG)
		return reason_refuse(
			reason,
			"the object %s is larger than the %zu bytes that the head states: it was exchanged or added to",
			object->sha256, object->size);
	if (r == -EBADMSG)
		return reason_refuse(reason, "%s", reason->sentence);
	if (r < 0)
		return r;
	if (result->length < object->size)
		return reason_refuse(reason, "the object %s is cut off: %zu of %zu bytes came",
				     object->sha256, result->length, object->size);
	if (strcmp(result->sha256, object->sha256) != 0)
		return reason_refuse(
			reason,
			"the object %s isn't what its name says: it was changed or exchanged",
			object->sha256);
	return 0;
}
