#include "fetch/fetch.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buffer.h"
#include "common/cleanup.h"
#include "fetch/decode.h"
#include "fetch/http.h"
#include "fetch/location.h"

#define CHUNK_SIZE 65536

static int fail_too_large(const struct fetch_request *request)
{
	return reason_fail(request->reason, -EFBIG, "%s is larger than %zu bytes",
			   request->location.text, request->size_max);
}

static int read_all(int fd, const struct fetch_request *request, struct buffer *body)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return reason_fail(request->reason, -errno, "%s can't be read: %m",
				   request->location.text);
	if (S_ISDIR(status.st_mode))
		return reason_fail(request->reason, -EISDIR,
				   "%s is a directory; name the file in it",
				   request->location.text);
	if (!S_ISREG(status.st_mode) && request->only_files)
		return reason_fail(request->reason, -ENXIO, "%s is not a file",
				   request->location.text);
	if (S_ISREG(status.st_mode) && (uint64_t)status.st_size > request->size_max)
		return fail_too_large(request);
	for (;;) {
		unsigned char chunk[CHUNK_SIZE];
		ssize_t length = read(fd, chunk, sizeof(chunk));
		int r;

		if (length == 0)
			return 0;
		if (length < 0)
			return reason_fail(request->reason, -errno, "%s can't be read: %m",
					   request->location.text);
		r = append_within(body, chunk, (size_t)length, request->size_max);
		if (r < 0)
			return fail_too_large(request);
	}
}

static int read_path(const char *path, const struct fetch_request *request, struct buffer *body)
{
	int waits = request->only_files ? O_NONBLOCK : 0;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waits);

	if (fd < 0)
		return reason_fail(request->reason, -errno,
				   "%s can't be opened: %m; check the location",
				   request->location.text);
	return read_all(fd, request, body);
}

static int read_file_url(const struct fetch_request *request, struct buffer *body)
{
	_cleanup_curl_text_ char *path = NULL;
	int r = location_file_path(request->location.text, request->reason, &path);

	return r < 0 ? r : read_path(path, request, body);
}

static int read_location(const struct fetch_request *request, struct fetch_result *result,
			 struct buffer *body)
{
	switch (request->location.kind) {
	case LOCATION_STDIN: return read_all(STDIN_FILENO, request, body);
	case LOCATION_FILE_URL: return read_file_url(request, body);
	case LOCATION_URL: return http_fetch(request, result, body);
	case LOCATION_PATH:
	case LOCATION_FOLDER: break;
	}
	return read_path(request->location.text, request, body);
}

int fetch(const struct fetch_request *request, struct fetch_result *result)
{
	_cleanup_buffer_ struct buffer body = {0};
	int r;

	*result = (struct fetch_result){0};
	r = read_location(request, result, &body);
	if (r < 0 || result->not_modified)
		return r;
	if (!request->packed)
		r = decode(&body, request->size_max, request->location.text, request->reason);
	if (r < 0)
		return r;
	buffer_text(&body, ""); /* for the NUL of an empty one */
	checksum(body.bytes, body.length, result->sha256);
	result->length = body.length;
	result->bytes = (unsigned char *)steal_pointer(body.bytes);
	return 0;
}
