/*
 * The promises of sync/fetch.h, against a server of our own on loopback
 * (tests/servers/misbehaving_http.py). Nothing here leaves the machine.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <curl/curl.h>

#include "fetch.h"

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

static const char *in_directory(const char *name)
{
	static char path[4][128];
	static unsigned next;
	char *chosen = path[next++ % 4];

	(void)snprintf(chosen, sizeof(path[0]), "%s/%s", test.directory, name);
	return chosen;
}

static void run_server(int output)
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

static int start_server(void **state)
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

static int stop_server(void **state)
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

static int forget(void **state)
{
	(void)state;
	test.performed = 0;
	test.hang_up = false;
	test.connect_to = NULL;
	return 0;
}

/* http://127.0.0.1:PORT/page */
static const char *page(const char *name)
{
	static char url[256];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s", test.port, name);
	return url;
}

static const char *tls_page(const char *name)
{
	static char url[256];

	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%d/%s", test.tls_port, name);
	return url;
}

static struct fetch_request request_for(const char *location)
{
	return (struct fetch_request){
		.location = location,
		.size_max = LIMIT,
		.time_limit_seconds = 20,
	};
}

static void check_error_of(const struct fetch_request *request, int error)
{
	struct fetch_result result;

	assert_int_equal(fetch(request, &result), error);
	assert_null(result.bytes);
	assert_int_equal(result.length, 0);
	assert_false(result.not_modified);
	assert_string_equal(result.sha256, "");
	fetch_result_release(&result);
}

static void check_error(const char *location, int error)
{
	struct fetch_request request = request_for(location);

	check_error_of(&request, error);
}

/* The result is the publication that the server and the files of the tests hold. */
static void check_publication(const struct fetch_request *request, bool network)
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
	assert_int_equal(checksum(result.bytes, result.length, sum), 0);
	assert_string_equal(result.sha256, sum);
	fetch_result_release(&result);
	assert_null(result.bytes);
}

static void check_page(const char *name)
{
	struct fetch_request request = request_for(page(name));

	check_publication(&request, true);
}

/* Writes LINES lines to a new file, through a filter of libarchive or none. */
static void write_file(const char *path, int (*filter)(struct archive *))
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_non_null(archive);
	assert_non_null(entry);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(filter(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_in_last_block(archive, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	for (size_t i = 0; i < LINES; i++)
		assert_true(archive_write_data(archive, LINE, strlen(LINE)) > 0);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	(void)archive_write_free(archive);
	archive_entry_free(entry);
}

/* Writes the lines to a descriptor, in a child, which dawdles. */
static pid_t write_from_child(int fd, const char *fifo)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child > 0)
		return child;
	if (fifo)
		fd = open(fifo, O_WRONLY);
	for (size_t i = 0; i < LINES; i++) {
		if (write(fd, LINE, strlen(LINE)) != (ssize_t)strlen(LINE))
			_exit(1);
		if (i == LINES / 2)
			(void)usleep(50000);
	}
	_exit(0);
}

/* Files, pipes. */

static void file_is_read_by_path_and_by_url(void **state)
{
	struct fetch_request request = request_for(in_directory("file"));
	char url[128];

	(void)state;
	write_file(request.location, archive_write_add_filter_none);
	check_publication(&request, false);
	(void)snprintf(url, sizeof(url), "file://%s/file", test.directory);
	request.location = url;
	check_publication(&request, false);
	(void)snprintf(url, sizeof(url), "file://localhost%s/%%66ile", test.directory);
	check_publication(&request, false);
	assert_int_equal(test.performed, 0);
}

static void file_url_with_a_space_is_read(void **state)
{
	struct fetch_request request = request_for(in_directory("a b"));
	char url[128];

	(void)state;
	write_file(request.location, archive_write_add_filter_none);
	(void)snprintf(url, sizeof(url), "FILE://%s/a b", test.directory);
	request.location = url;
	check_publication(&request, false);
	(void)snprintf(url, sizeof(url), "file://%s/a%%20b", test.directory);
	check_publication(&request, false);
}

static void file_url_of_another_host_is_refused(void **state)
{
	(void)state;
	check_error("file://example.com/etc/passwd", -EINVAL);
	check_error("file:///etc/passwd?x", -EINVAL);
	check_error("file:///etc/pass%00wd", -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void file_that_is_missing_is_named(void **state)
{
	(void)state;
	check_error("/nonexistent/list.json", -ENOENT);
	check_error("file:///nonexistent/list.json", -ENOENT);
	check_error("", -ENOENT);
}

static void directory_is_refused(void **state)
{
	char url[64];

	(void)state;
	check_error(test.directory, -EISDIR);
	(void)snprintf(url, sizeof(url), "file://%s", test.directory);
	check_error(url, -EISDIR);
}

static void file_above_the_limit_is_refused(void **state)
{
	struct fetch_request request = request_for(in_directory("file"));

	(void)state;
	write_file(request.location, archive_write_add_filter_none);
	request.size_max = LINES * strlen(LINE);
	check_publication(&request, false);
	request.size_max--;
	check_error_of(&request, -EFBIG);
	request.location = "/dev/zero";
	check_error_of(&request, -EFBIG);
}

static void compressed_files_are_unpacked(void **state)
{
	int (*const filters[])(struct archive *) = {
		archive_write_add_filter_gzip,
		archive_write_add_filter_xz,
		archive_write_add_filter_zstd,
	};
	struct fetch_request request = request_for(in_directory("file"));

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		write_file(request.location, filters[i]);
		request.size_max = LINES * strlen(LINE);
		check_publication(&request, false);
		request.size_max--;
		check_error_of(&request, -EFBIG);
	}
}

static void truncated_xz_is_an_error(void **state)
{
	const char *path = in_directory("file");
	struct stat status;

	(void)state;
	write_file(path, archive_write_add_filter_xz);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(truncate(path, status.st_size - 5), 0);
	check_error(path, -EBADMSG);
}

static void empty_file_is_returned(void **state)
{
	struct fetch_request request = request_for("/dev/null");
	struct fetch_result result;

	(void)state;
	assert_int_equal(fetch(&request, &result), 0);
	assert_int_equal(result.length, 0);
	assert_string_equal((char *)result.bytes, "");
	assert_int_equal(strlen(result.sha256), 64);
	fetch_result_release(&result);
}

static void fifo_is_read_to_its_end(void **state)
{
	struct fetch_request request = request_for(in_directory("fifo"));
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(mkfifo(request.location, 0600), 0);
	child = write_from_child(-1, request.location);
	check_publication(&request, false);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void stdin_is_read_to_its_end_and_stays_open(void **state)
{
	struct fetch_request request = request_for("-");
	int ends[2], status, saved = dup(STDIN_FILENO);
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = write_from_child(ends[1], NULL);
	(void)close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(ends[0]);
	check_publication(&request, false);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	if (saved >= 0) {
		(void)dup2(saved, STDIN_FILENO);
		(void)close(saved);
	}
}

/* Where we may ask. */

static void other_schemes_are_refused(void **state)
{
	(void)state;
	check_error("ftp://127.0.0.1/list.json", -EINVAL);
	check_error("gopher://127.0.0.1/", -EINVAL);
	check_error("unheard+of://127.0.0.1/", -EINVAL);
	check_error("https://", -EINVAL);
	check_error("https://host:port/", -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void http_elsewhere_is_refused_before_anything_is_sent(void **state)
{
	static const char *const urls[] = {
		"http://192.0.2.1/",
		"http://example.com/",
		"HTTP://EXAMPLE.COM/",
		"http://127.0.0.1.example.com/",
		"http://localhost.example.com/",
		"http://[::2]/",
		"http://[::ffff:192.0.2.1]/",
		"http://0.0.0.0/",
		"http://128.0.0.1/",
		"http://0x7e.1/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		check_error(urls[i], -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void credentials_in_a_location_are_refused(void **state)
{
	(void)state;
	check_error("http://localhost@example.com/", -EINVAL);
	check_error("https://user:secret@127.0.0.1/", -EINVAL);
	check_error("http://user@127.0.0.1/", -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void http_to_loopback_is_allowed_by_each_name(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "LocalHost", "127.1",
					    "0x7f.1"};
	struct fetch_request request;
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		(void)snprintf(url, sizeof(url), "http://%s:%d/plain", hosts[i], test.port);
		request = request_for(url);
		check_publication(&request, true);
	}
	/* Nobody listens there, but it is tried. */
	check_error("http://[::1]:1/", -ECONNREFUSED);
	check_error("http://127.200.0.1:1/", -ECONNREFUSED);
}

static void resolver_that_lies_is_found_out(void **state)
{
	(void)state;
	test.connect_to = "::192.0.2.1:80";
	check_error(page("plain"), -EINVAL);
	assert_int_equal(test.performed, 1);
	test.connect_to = "::[2001:db8::1]:80";
	check_error(page("plain"), -EINVAL);
}

static void nobody_listening_is_temporary(void **state)
{
	(void)state;
	check_error("http://127.0.0.1:1/", -ECONNREFUSED);
	assert_true(fetch_is_temporary(-ECONNREFUSED));
}

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

/* Redirects. */

static void redirect_within_the_server_is_followed(void **state)
{
	(void)state;
	check_page("same");
	check_page("same-absolute");
	check_page("to?plain");
	check_page("to?/x/../plain");
}

static void redirect_elsewhere_is_refused(void **state)
{
	char target[96];

	(void)state;
	check_error(page("to?http://192.0.2.1/plain"), -EINVAL);
	check_error(page("to?http://example.com/plain"), -EINVAL);
	check_error(page("to?//example.com/plain"), -EINVAL);
	(void)snprintf(target, sizeof(target), "to?http://localhost:%d/plain", test.port);
	check_error(page(target), -EINVAL);
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.tls_port);
	check_error(page(target), -EINVAL);
	(void)snprintf(target, sizeof(target), "to?https://127.0.0.1:%d/plain", test.port);
	check_error(page(target), -EINVAL);
	(void)snprintf(target, sizeof(target), "to?http://user@127.0.0.1:%d/plain", test.port);
	check_error(page(target), -EINVAL);
	assert_int_equal(test.performed, 7);
}

static void redirect_to_a_file_is_refused(void **state)
{
	(void)state;
	check_error(page("to?file:///etc/passwd"), -EINVAL);
	check_error(page("to?file://localhost/etc/passwd"), -EINVAL);
	check_error(page("to?unheard+of:/etc/passwd"), -EINVAL);
	check_error(page("to?ftp://127.0.0.1/"), -EINVAL);
}

static void redirects_without_end_are_refused(void **state)
{
	(void)state;
	check_error(page("loop"), -EPROTO);
	assert_int_equal(test.performed, 6);
	check_error(page("nowhere"), -EPROTO);
}

/* TLS. */

static void unknown_authority_is_refused(void **state)
{
	(void)state;
	check_error(tls_page("plain"), -EKEYREJECTED);
	assert_false(fetch_is_temporary(-EKEYREJECTED));
}

static void authority_that_is_added_is_trusted(void **state)
{
	struct fetch_request request = request_for(tls_page("plain"));

	(void)state;
	request.ca_file = in_directory("authority.pem");
	check_publication(&request, true);
}

static void wrong_host_in_the_certificate_is_refused(void **state)
{
	struct fetch_request request;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "https://localhost:%d/plain", test.tls_port);
	request = request_for(url);
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EKEYREJECTED);
}

static void certificate_file_without_certificates_is_refused(void **state)
{
	struct fetch_request request = request_for(tls_page("plain"));

	(void)state;
	request.ca_file = in_directory("key.pem");
	check_error_of(&request, -EINVAL);
	request.ca_file = "/nonexistent/authority.pem";
	check_error_of(&request, -EINVAL);
}

static void redirect_from_https_to_http_is_refused(void **state)
{
	struct fetch_request request;
	char target[64];

	(void)state;
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.port);
	request = request_for(tls_page(target));
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EINVAL);
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.tls_port);
	request = request_for(tls_page(target));
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EINVAL);
	assert_int_equal(test.performed, 2);
}

static void https_is_asked_through_the_proxy(void **state)
{
	(void)state;
	(void)setenv("https_proxy", "http://127.0.0.1:1", 1);
	check_error(tls_page("plain"), -ECONNREFUSED);
	(void)unsetenv("https_proxy");
}

static void nothing_is_released_twice(void **state)
{
	struct fetch_result result = {0};

	(void)state;
	fetch_result_release(&result);
	fetch_result_release(&result);
}

#define TEST(function) cmocka_unit_test_setup(function, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(file_is_read_by_path_and_by_url),
		TEST(file_url_with_a_space_is_read),
		TEST(file_url_of_another_host_is_refused),
		TEST(file_that_is_missing_is_named),
		TEST(directory_is_refused),
		TEST(file_above_the_limit_is_refused),
		TEST(compressed_files_are_unpacked),
		TEST(truncated_xz_is_an_error),
		TEST(empty_file_is_returned),
		TEST(fifo_is_read_to_its_end),
		TEST(stdin_is_read_to_its_end_and_stays_open),
		TEST(other_schemes_are_refused),
		TEST(http_elsewhere_is_refused_before_anything_is_sent),
		TEST(credentials_in_a_location_are_refused),
		TEST(http_to_loopback_is_allowed_by_each_name),
		TEST(resolver_that_lies_is_found_out),
		TEST(nobody_listening_is_temporary),
		TEST(page_is_fetched_with_its_validators),
		TEST(empty_page_is_returned),
		TEST(known_etag_is_not_modified),
		TEST(newer_etag_of_not_modified_is_kept),
		TEST(not_modified_that_nobody_asked_for_is_an_error),
		TEST(request_says_what_it_should),
		TEST(header_cannot_be_smuggled_in),
		TEST(unusable_etags_are_not_kept),
		TEST(statuses_become_errors),
		TEST(busy_server_says_when),
		TEST(gzip_transfers_are_decoded),
		TEST(gzip_transfers_that_are_damaged_are_errors),
		TEST(gzip_bomb_ends_at_the_limit),
		TEST(body_above_the_limit_ends_there),
		TEST(truncated_body_is_an_error),
		TEST(nonsense_is_an_error),
		TEST(server_that_hangs_up_does_not_end_the_program),
		TEST(slow_bytes_end_at_the_time_limit),
		TEST(time_limit_counts_redirects_in),
		TEST(redirect_within_the_server_is_followed),
		TEST(redirect_elsewhere_is_refused),
		TEST(redirect_to_a_file_is_refused),
		TEST(redirects_without_end_are_refused),
		TEST(unknown_authority_is_refused),
		TEST(authority_that_is_added_is_trusted),
		TEST(wrong_host_in_the_certificate_is_refused),
		TEST(certificate_file_without_certificates_is_refused),
		TEST(redirect_from_https_to_http_is_refused),
		TEST(https_is_asked_through_the_proxy),
		TEST(nothing_is_released_twice),
	};

	/* A test that hangs ends as a failure. */
	(void)alarm(240);
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
