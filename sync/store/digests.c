#include "store/digests.h"

#include <stdbool.h>

#include "digest.h"
#include "store.h"
#include "util/buffer.h"
#include "util/checksum.h"
#include "util/file.h"

static bool is_there(int store_fd, int64_t generation)
{
	char path[STORE_GENERATION_PATH_SIZE];

	(void)snprintf(path, sizeof(path), STORE_GENERATIONS "/%" PRId64 ".db", generation);
	return file_exists(store_fd, path);
}

static void put_line(struct buffer *lines, const struct digest *digest)
{
	buffer_printf(lines, "%" PRId64 " %" PRId64 " %s\n", digest->generation, digest->size,
		      digest->sha256);
}

/* The lines of other generations whose files are still there. What isn't a line is dropped. */
static int keep_lines(int store_fd, int64_t generation, struct buffer *lines)
{
	char text[DIGESTS_FILE_SIZE_MAX];
	char *position = NULL;
	int r = digests_read(store_fd, text);

	if (r < 0 && r != -EFBIG)
		return r;
	for (char *line = strtok_r(text, "\n", &position); line && r > 0;
	     line = strtok_r(NULL, "\n", &position)) {
		struct digest digest;

		if (digest_parse(line, &digest) == 0 && digest.generation != generation &&
		    is_there(store_fd, digest.generation))
			put_line(lines, &digest);
	}
	return 0;
}

int digests_note(int store_fd, int64_t generation, const char *name)
{
	_cleanup_buffer_ struct buffer lines = {0};
	struct digest digest = {.generation = generation};
	int r = checksum_file(store_fd, name, &digest.size, digest.sha256);

	if (r == 0)
		r = keep_lines(store_fd, generation, &lines);
	if (r < 0)
		return r;
	put_line(&lines, &digest);
	r = file_replace(store_fd, DIGESTS_FILE_NAME, DIGESTS_FILE_TEMPORARY, lines.bytes,
			 lines.length);
	if (r == 0 && fsync(store_fd) < 0)
		r = -errno;
	return r;
}
