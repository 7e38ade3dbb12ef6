#include "fetch/http_header.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "fetch/decode.h"
#include "fetch/http_error.h"

/* Of an answer from a cache, in seconds. */
#define AGE_MAX (366 * 86400)

/* More than servers have reason to use. */
#define CODINGS_MAX 2

/* A document that was changed so short a time before it was sent may change again without a change
 * of its date: a minute, since two clocks may have stated the two (RFC 9110, 8.8.2.2). Seconds. */
#define SETTLED_SECONDS 60

#define UNKNOWN INT64_MIN

bool http_header_is_usable(const char *text)
{
	if (!text || *text == '\0' || strnlen(text, STATE_TEXT_SIZE) == STATE_TEXT_SIZE)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

const char *http_header(CURL *handle, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
		       ? header->value
		       : NULL;
}

/* Keeps a header of the answer for the next conditional request. Without one, `known` stays: what
 * this request sent, if that still holds; else NULL. */
static void remember(CURL *handle, const char *name, const char *known,
		     char text[static STATE_TEXT_SIZE])
{
	const char *stated = http_header(handle, name);

	if (!http_header_is_usable(stated))
		stated = known;
	if (http_header_is_usable(stated))
		(void)snprintf(text, STATE_TEXT_SIZE, "%s", stated);
}

/* For how long the answer's document had been the same when it was sent, in seconds; less than 0
 * when its date is yet to come; UNKNOWN when the answer doesn't state both. */
static int64_t settled_for(CURL *handle)
{
	const char *sent = http_header(handle, "Date");
	const char *modified = http_header(handle, "Last-Modified");
	time_t at = sent ? curl_getdate(sent, NULL) : -1;
	time_t since = modified ? curl_getdate(modified, NULL) : -1;

	return at < 0 || since < 0 ? UNKNOWN : (int64_t)at - since;
}

void http_remember_validators(CURL *handle, const struct fetch_request *request,
			      struct fetch_result *result)
{
	bool same = result->not_modified, is_dated = http_header(handle, "Last-Modified");
	int64_t settled = settled_for(handle);

	/* An ETag may be made of the date and the size. */
	if (settled > 0 || settled == UNKNOWN)
		remember(handle, "ETag", same ? request->etag : NULL, result->etag);
	if (settled >= SETTLED_SECONDS || !is_dated)
		remember(handle, "Last-Modified", same ? request->last_modified : NULL,
			 result->last_modified);
}

enum coding {
	CODING_NONE, /* also words that name none, such as aws-chunked and UTF-8 */
	CODING_OURS,
	CODING_OTHER,
};

static bool is_word(const char *word, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == length && strncasecmp(*words, word, length) == 0)
			return true;
	return false;
}

/* The codings of IANA's registry; servers state more words than these. */
static enum coding coding_of(const char *word, size_t length)
{
	static const char *const ours[] = {"gzip", "x-gzip", "zstd", NULL};
	static const char *const others[] = {
		"br",  "deflate", "compress",  "x-compress",   "dcb",
		"dcz", "exi",	  "aes128gcm", "pack200-gzip", NULL,
	};

	if (is_word(word, length, ours))
		return CODING_OURS;
	return is_word(word, length, others) ? CODING_OTHER : CODING_NONE;
}

/* How many codings of ours the words of a header name; or an error with its sentence. */
static int count_in(const char *words, const struct fetch_request *request)
{
	char shown[HTTP_SHOWN_SIZE];
	int count = 0;

	while (*(words += strspn(words, ", \t")) != '\0') {
		size_t length = strcspn(words, ", \t");
		enum coding coding = coding_of(words, length);

		if (coding == CODING_OTHER) {
			http_show(words, shown);
			return reason_fail(
				request->reason, -EPROTO,
				"%s comes encoded as %s, which wasn't asked for; save it to a file and give that",
				request->location.text, shown);
		}
		count += coding == CODING_OURS;
		words += length;
	}
	return count;
}

/* The same of all headers: a proxy adds one of its own. */
static int count_codings(CURL *handle, const struct fetch_request *request)
{
	struct curl_header *header;
	int count = 0;

	for (size_t i = 0; curl_easy_header(handle, "Content-Encoding", i, CURLH_HEADER, -1,
					    &header) == CURLHE_OK;
	     i++) {
		int r = count_in(header->value, request);

		if (r < 0)
			return r;
		count += r;
	}
	return count;
}

/* Takes off one coding of the transfer. */
static int decode_once(const struct fetch_request *request, struct buffer *body)
{
	int r = decode(body, request->size_max, request->location.text, request->reason);

	if (r == 0)
		return reason_fail(request->reason, -EBADMSG,
				   "%s comes damaged: it isn't encoded as stated; try again later",
				   request->location.text);
	return r < 0 ? r : 0;
}

/* What is stated wrongly is found when the body is read. */
int http_decode_transfer(CURL *handle, const struct fetch_request *request, struct buffer *body)
{
	int count = body->length > 0 ? count_codings(handle, request) : 0;

	if (count > CODINGS_MAX)
		return reason_fail(
			request->reason, -EPROTO,
			"%s comes encoded more than %d times; save it to a file and give that",
			request->location.text, CODINGS_MAX);
	for (int i = 0; i < count; i++) {
		int r = decode_once(request, body);

		if (r < 0)
			return r;
	}
	return count < 0 ? count : 0;
}

int64_t http_server_time(CURL *handle)
{
	const char *date = http_header(handle, "Date"), *age = http_header(handle, "Age");
	time_t instant = date ? curl_getdate(date, NULL) : -1;
	long long seconds = age ? strtoll(age, NULL, 10) : 0;

	if (instant <= 0 || instant > STATE_TIME_MAX / 1000)
		return 0;
	if (seconds < 0 || seconds > AGE_MAX)
		seconds = 0;
	return ((int64_t)instant + seconds) * 1000;
}
