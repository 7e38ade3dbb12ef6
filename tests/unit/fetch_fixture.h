/*
 * What the tests of sync/fetch.h share: a directory of their own, and a server
 * on loopback (tests/servers/misbehaving_http.py). Nothing leaves the machine.
 * Included by one file of each program, since it stands in for libcurl's
 * curl_easy_perform().
 */
#ifndef ISMAPFS_FETCH_FIXTURE_H
#define ISMAPFS_FETCH_FIXTURE_H

#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "fetch/fetch.h"

#define LIMIT (1 << 20)
#define SERVER "/../servers/misbehaving_http.py"
#define LINE "{\"services\": [\"one\", \"two\"]}\n"
#define LINES 100
#define ETAG "\"v1\""
#define DATE "Wed, 01 Jan 2025 00:00:00 GMT"

static struct {
	char directory[32];
	pid_t server;
	int port, tls_port;
	int performed;		/* how often libcurl was let loose */
	bool hang_up;		/* raise what a write to a closed connection raises */
	const char *connect_to; /* where a resolver that lies sends us */
	struct reason reason;	/* why the last request failed */
} test;

/* In libcurl's stead, so that the tests see whether anything was sent, and can bend the way. */
CURLcode curl_easy_perform(CURL *handle)
{
	CURLcode (*real)(CURL *);
	void *symbol = dlsym(RTLD_NEXT, "curl_easy_perform");
	struct curl_slist *list = NULL;
	CURLcode code;

	assert_non_null(symbol);
	memcpy(&real, &symbol, sizeof(real));
	test.performed++;
	if (test.hang_up)
		(void)raise(SIGPIPE);
	if (test.connect_to) {
		list = curl_slist_append(NULL, test.connect_to);
		(void)curl_easy_setopt(handle, CURLOPT_CONNECT_TO, list);
	}
	code = real(handle);
	curl_slist_free_all(list);
	return code;
}

static inline const char *in_directory(const char *name)
{
	static char path[4][128];
	static unsigned next;
	char *chosen = path[next++ % 4];

	(void)snprintf(chosen, sizeof(path[0]), "%s/%s", test.directory, name);
	return chosen;
}

static inline void run_server(int output)
{
	char script[512];
	const char *slash = strrchr(__FILE__, '/');

	(void)snprintf(script, sizeof(script), "%.*s" SERVER, slash ? (int)(slash - __FILE__) : 1,
		       slash ? __FILE__ : ".");
	/* The server ends with us, however we end. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(output, STDOUT_FILENO);
	(void)execlp("python3", "python3", script, test.directory, (char *)NULL);
	_exit(127);
}

static inline int start_server(void **state)
{
	int ends[2];
	FILE *output;
	int read;

	(void)state;
	(void)snprintf(test.directory, sizeof(test.directory), "/tmp/test-fetch-XXXXXX");
	if (!mkdtemp(test.directory) || pipe(ends) < 0)
		return -1;
	/* Whatever the environment says, loopback is reached directly. */
	(void)setenv("http_proxy", "http://127.0.0.1:1", 1);
	(void)unsetenv("https_proxy");
	(void)unsetenv("HTTPS_PROXY");
	(void)unsetenv("all_proxy");
	(void)unsetenv("ALL_PROXY");
	test.server = fork();
	if (test.server < 0)
		return -1;
	if (test.server == 0)
		run_server(ends[1]);
	(void)close(ends[1]);
	output = fdopen(ends[0], "r");
	read = output ? fscanf(output, "%d %d", &test.port, &test.tls_port) : 0;
	if (output)
		(void)fclose(output);
	return read == 2 ? 0 : -1;
}

static inline int stop_server(void **state)
{
	static const char *const files[] = {"authority.pem", "key.pem", "file", "fifo", "a b"};

	(void)state;
	if (test.server > 0) {
		(void)kill(test.server, SIGKILL);
		(void)waitpid(test.server, NULL, 0);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(in_directory(files[i]));
	return rmdir(test.directory);
}

static inline int forget(void **state)
{
	(void)state;
	test.performed = 0;
	test.hang_up = false;
	test.connect_to = NULL;
	return 0;
}

/* http://127.0.0.1:PORT/page */
static inline const char *page(const char *name)
{
	static char url[256];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s", test.port, name);
	return url;
}

static inline const char *tls_page(const char *name)
{
	static char url[256];

	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%d/%s", test.tls_port, name);
	return url;
}

static inline struct fetch_request request_for(const char *location)
{
	return (struct fetch_request){
		.location = location_of(location),
		.size_max = LIMIT,
		.time_limit_seconds = 20,
		.reason = &test.reason,
	};
}

static inline void check_error_of(const struct fetch_request *request, int error)
{
	struct fetch_result result;

	reason_clear(&test.reason);
	assert_int_equal(fetch(request, &result), error);
	assert_string_not_equal(test.reason.sentence, "");
	assert_false(test.reason.refused);
	assert_null(result.bytes);
	assert_int_equal(result.length, 0);
	assert_false(result.not_modified);
	assert_string_equal(result.sha256, "");
	fetch_result_release(&result);
}

static inline void check_error(const char *location, int error)
{
	struct fetch_request request = request_for(location);

	check_error_of(&request, error);
}

/* The result is the publication that the server and the files of the tests hold. */
static inline void check_publication(const struct fetch_request *request, bool network)
{
	struct fetch_result result;
	char sum[CHECKSUM_TEXT_SIZE];

	assert_int_equal(fetch(request, &result), 0);
	assert_int_equal(result.length, LINES * strlen(LINE));
	for (size_t i = 0; i < LINES; i++)
		assert_memory_equal(result.bytes + i * strlen(LINE), LINE, strlen(LINE));
	assert_int_equal(result.bytes[result.length], 0);
	assert_int_equal(result.network, network);
	assert_false(result.not_modified);
	checksum(result.bytes, result.length, sum);
	assert_string_equal(result.sha256, sum);
	fetch_result_release(&result);
	assert_null(result.bytes);
}

static inline void check_page(const char *name)
{
	struct fetch_request request = request_for(page(name));

	check_publication(&request, true);
}

#define TEST(function) cmocka_unit_test_setup(function, forget)

/* Runs them; a test that hangs ends as a failure. */
#define RUN_TESTS(tests) \
	((void)alarm(240), cmocka_run_group_tests(tests, start_server, stop_server))

#endif
