/* The promises of sync/fetch.h: what an exchange yields. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fetch_fixture.h"

/* What an exchange yields. */

static void page_is_fetched_with_its_validators(void **state)
{
	struct fetch_request request = request_for(page("plain"));
	struct fetch_result result;

	(void)state;
	check_publication(&request, true);
	assert_int_equal(fetch(&request, &result), 0);
	assert_string_equal(result.etag, ETAG);
	assert_string_equal(result.last_modified, DATE);
	assert_int_equal(result.http_status, 200);
	fetch_result_release(&result);
}

static void empty_page_is_returned(void **state)
{
	struct fetch_request request = request_for(page("empty"));
	struct fetch_result result;

	(void)state;
	assert_int_equal(fetch(&request, &result), 0);
	assert_int_equal(result.length, 0);
	assert_non_null(result.bytes);
	assert_string_equal(result.etag, "");
	fetch_result_release(&result);
}

static void check_not_modified(const struct fetch_request *request, const char *etag,
			       const char *last_modified)
{
	struct fetch_result result;

	assert_int_equal(fetch(request, &result), 0);
	assert_true(result.not_modified);
	assert_true(result.network);
	assert_null(result.bytes);
	assert_int_equal(result.http_status, 304);
	assert_string_equal(result.etag, etag);
	assert_string_equal(result.last_modified, last_modified);
	assert_string_equal(result.sha256, "");
	fetch_result_release(&result);
}

static void known_etag_is_not_modified(void **state)
{
	struct fetch_request request = request_for(page("conditional"));

	(void)state;
	request.etag = ETAG;
	check_not_modified(&request, ETAG, "");
	request.etag = NULL;
	request.last_modified = DATE;
	check_not_modified(&request, "", DATE);
	request.etag = "\"another\"";
	request.last_modified = NULL;
	check_publication(&request, true);
	request.etag = "";
	request.last_modified = "";
	check_publication(&request, true);
}

static void newer_etag_of_not_modified_is_kept(void **state)
{
	struct fetch_request request = request_for(page("new-etag"));

	(void)state;
	request.etag = ETAG;
	request.last_modified = DATE;
	check_not_modified(&request, "\"v2\"", DATE);
}

static void not_modified_that_nobody_asked_for_is_an_error(void **state)
{
	(void)state;
	check_error(page("not-modified"), -EPROTO);
}

static void echo(const struct fetch_request *request, char text[static 1024])
{
	struct fetch_result result;

	assert_int_equal(fetch(request, &result), 0);
	(void)snprintf(text, 1024, "%s", (char *)result.bytes);
	fetch_result_release(&result);
}

static void request_says_what_it_should(void **state)
{
	struct fetch_request request = request_for(page("echo"));
	char text[1024];

	(void)state;
	request.user_agent = "ismap-sync/0";
	request.etag = ETAG;
	request.last_modified = DATE;
	echo(&request, text);
	assert_non_null(strstr(text, "User-Agent: ismap-sync/0\n"));
	assert_non_null(strstr(text, "If-None-Match: " ETAG "\n"));
	assert_non_null(strstr(text, "If-Modified-Since: " DATE "\n"));
	assert_non_null(strstr(text, "Accept-Encoding: gzip"));
	assert_null(strcasestr(text, "cookie"));
	assert_null(strcasestr(text, "authorization"));
}

static void header_cannot_be_smuggled_in(void **state)
{
	struct fetch_request request = request_for(page("echo"));
	char text[1024];

	(void)state;
	request.etag = "\"a\"\r\nX-Smuggled: yes";
	echo(&request, text);
	assert_null(strstr(text, "Smuggled"));
	assert_null(strstr(text, "If-None-Match"));
}

static void unusable_etags_are_not_kept(void **state)
{
	static const char *const pages[] = {"long-etag", "injection"};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct fetch_request request = request_for(page(pages[i]));
		struct fetch_result result;

		assert_int_equal(fetch(&request, &result), 0);
		assert_string_equal(result.etag, "");
		fetch_result_release(&result);
	}
}

static void check_validators(const char *name, const char *etag, bool dated)
{
	struct fetch_request request = request_for(page(name));
	struct fetch_result result;

	assert_int_equal(fetch(&request, &result), 0);
	assert_string_equal(result.etag, etag);
	assert_int_equal(result.last_modified[0] != '\0', dated);
	fetch_result_release(&result);
}

static void validators_of_what_may_still_change_are_not_kept(void **state)
{
	(void)state;
	check_validators("modified?0", "", false);
	check_validators("modified?-100", "", false);
	check_validators("modified?2", ETAG, false);
	check_validators("modified?50", ETAG, false);
	check_validators("modified?61", ETAG, true);
	/* Without a Date it isn't known. */
	check_validators("modified", ETAG, false);
}

static void statuses_become_errors(void **state)
{
	static const struct {
		const char *page;
		int error;
		bool temporary;
	} statuses[] = {
		{"status?404", -ENOENT, false}, {"status?410", -ENOENT, false},
		{"status?401", -EACCES, false}, {"status?403", -EACCES, false},
		{"status?407", -EACCES, false}, {"status?408", -EAGAIN, true},
		{"status?429", -EAGAIN, true},	{"status?500", -EAGAIN, true},
		{"status?502", -EAGAIN, true},	{"status?206", -EPROTO, false},
		{"status?201", -EPROTO, false}, {"status?300", -EPROTO, false},
		{"status?418", -EPROTO, false}, {"status?600", -EPROTO, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		check_error(page(statuses[i].page), statuses[i].error);
		assert_int_equal(fetch_is_temporary(statuses[i].error), statuses[i].temporary);
	}
}

static void busy_server_says_when(void **state)
{
	struct fetch_request request = request_for(page("busy"));
	struct fetch_result result;

	(void)state;
	assert_int_equal(fetch(&request, &result), -EAGAIN);
	assert_int_equal(result.http_status, 503);
	assert_int_equal(result.retry_after, 120);
	fetch_result_release(&result);
}

/* Encodings. */

static void gzip_transfers_are_decoded(void **state)
{
	(void)state;
	check_page("gzip");
	check_page("gzip-file");
	check_page("gzip-of-gzip");
}

static void words_that_name_no_coding_are_passed_over(void **state)
{
	static const char *const pages[] = {
		"encoded?aws-chunked",
		"encoded?UTF-8",
		"encoded?aws-chunked+gzip",
		"encoded?none",
		"encoded?GZIP+gzip",
		"encoded?identity",
		"encoded?",
		"encoded?gzip+UTF-8",
		"encoded-twice",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		check_page(pages[i]);
	check_error(page("encoded?aws-chunked+br"), -EPROTO);
	check_error(page("encoded?gzip+gzip+gzip"), -EPROTO);
}

static void gzip_transfers_that_are_damaged_are_errors(void **state)
{
	(void)state;
	check_error(page("gzip-truncated"), -EBADMSG);
	check_error(page("gzip-flipped"), -EBADMSG);
	check_error(page("gzip-lie"), -EBADMSG);
	check_error(page("brotli"), -EPROTO);
}

static void gzip_bomb_ends_at_the_limit(void **state)
{
	(void)state;
	check_error(page("bomb"), -EFBIG);
}

static void body_above_the_limit_ends_there(void **state)
{
	struct fetch_request request = request_for(page("plain"));

	(void)state;
	request.size_max = LINES * strlen(LINE);
	check_publication(&request, true);
	request.size_max--;
	check_error_of(&request, -EFBIG);
	check_error(page("endless"), -EFBIG);
	check_error(page("announced"), -EFBIG);
}

/* Bodies that don't come whole. */

static void truncated_body_is_an_error(void **state)
{
	(void)state;
	check_error(page("truncated"), -ECONNRESET);
	check_error(page("broken-chunk"), -ECONNRESET);
	check_error(page("silent"), -ECONNRESET);
	assert_true(fetch_is_temporary(-ECONNRESET));
}

static void nonsense_is_an_error(void **state)
{
	(void)state;
	check_error(page("nonsense"), -EPROTO);
}

static void server_that_hangs_up_does_not_end_the_program(void **state)
{
	sigset_t signals;

	(void)state;
	test.hang_up = true;
	check_page("plain");
	assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &signals), 0);
	assert_false(sigismember(&signals, SIGPIPE));
	assert_int_equal(sigpending(&signals), 0);
	assert_false(sigismember(&signals, SIGPIPE));
}

static double seconds_until_time_out(const char *name)
{
	struct fetch_request request = request_for(page(name));
	struct timespec begin, end;

	request.time_limit_seconds = 1;
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	check_error_of(&request, -ETIMEDOUT);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

static void slow_bytes_end_at_the_time_limit(void **state)
{
	double seconds = seconds_until_time_out("slow");

	(void)state;
	assert_true(seconds > 0.9 && seconds < 5);
	assert_true(fetch_is_temporary(-ETIMEDOUT));
}

static void time_limit_counts_redirects_in(void **state)
{
	double seconds = seconds_until_time_out("slow-redirects");

	(void)state;
	assert_true(seconds > 0.9 && seconds < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(page_is_fetched_with_its_validators),
		TEST(empty_page_is_returned),
		TEST(known_etag_is_not_modified),
		TEST(newer_etag_of_not_modified_is_kept),
		TEST(not_modified_that_nobody_asked_for_is_an_error),
		TEST(request_says_what_it_should),
		TEST(header_cannot_be_smuggled_in),
		TEST(unusable_etags_are_not_kept),
		TEST(validators_of_what_may_still_change_are_not_kept),
		TEST(statuses_become_errors),
		TEST(busy_server_says_when),
		TEST(gzip_transfers_are_decoded),
		TEST(words_that_name_no_coding_are_passed_over),
		TEST(gzip_transfers_that_are_damaged_are_errors),
		TEST(gzip_bomb_ends_at_the_limit),
		TEST(body_above_the_limit_ends_there),
		TEST(truncated_body_is_an_error),
		TEST(nonsense_is_an_error),
		TEST(server_that_hangs_up_does_not_end_the_program),
		TEST(slow_bytes_end_at_the_time_limit),
		TEST(time_limit_counts_redirects_in),
	};

	return RUN_TESTS(tests);
}
