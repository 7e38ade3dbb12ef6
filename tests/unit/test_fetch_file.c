/* The promises of sync/fetch.h: files, pipes, standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "fetch_fixture.h"

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

static void file_is_read_by_path_and_by_url(void **state)
{
	struct fetch_request request = request_for(in_directory("file"));
	char url[128];

	(void)state;
	write_file(request.location.text, archive_write_add_filter_none);
	check_publication(&request, false);
	(void)snprintf(url, sizeof(url), "file://%s/file", test.directory);
	request.location = location_of(url);
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
	write_file(request.location.text, archive_write_add_filter_none);
	(void)snprintf(url, sizeof(url), "FILE://%s/a b", test.directory);
	request.location = location_of(url);
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
	write_file(request.location.text, archive_write_add_filter_none);
	request.size_max = LINES * strlen(LINE);
	check_publication(&request, false);
	request.size_max--;
	check_error_of(&request, -EFBIG);
	request.location = location_of("/dev/zero");
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
		write_file(request.location.text, filters[i]);
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
	assert_int_equal(mkfifo(request.location.text, 0600), 0);
	child = write_from_child(-1, request.location.text);
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

static void nothing_is_released_twice(void **state)
{
	struct fetch_result result = {0};

	(void)state;
	fetch_result_release(&result);
	fetch_result_release(&result);
}

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
		TEST(nothing_is_released_twice),
	};

	return RUN_TESTS(tests);
}
