/* A store's state file, as damaged as a disk or a stranger can make it. */
#include <sys/stat.h>

#include "fuzz.h"
#include "state.h"

static char directory[] = "/dev/shm/ismapfs-fuzz.XXXXXX";
static int store_fd = -1;

static void remove_directory(void)
{
	(void)unlinkat(store_fd, STATE_FILE_NAME, 0);
	(void)rmdir(directory);
}

static void write_file(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd =
		openat(store_fd, STATE_FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	promise(fd >= 0 && write(fd, data, size) == (ssize_t)size);
}

static void check_files(const struct state *state, int64_t now)
{
	const struct state_list whole = {.complete = true, .spoken_of = true};
	const struct state_list part = {.spoken_of = true};
	const struct state_limits limits = STATE_LIMITS_DEFAULT;
	const struct state_verdict verdict = {
		.reason = state_stale_reason(state, &whole, &limits, now),
		.limits = limits,
		.sentence = "A reason.",
	};

	promise(state_stale_reason(state, &part, &limits, now) != STALE_NOT);
	promise(verdict.reason != STALE_NOT ||
		(state->last_success > 0 && state->last_success <= now + MILLISECONDS_PER_HOUR));
	for (int file = 0; file < STATE_FILE_COUNT; file++) {
		char text[4 * STATE_TEXT_SIZE];
		int length = state_render((enum state_file)file, state, &verdict, "A list.\n", text,
					  sizeof(text));

		promise(length == -ENOENT || (length >= 0 && (size_t)length < sizeof(text)));
		promise(length < 0 || strlen(text) == (size_t)length);
		promise(length <= 0 || text[length - 1] == '\n');
		promise(state_mtime((enum state_file)file, state, &verdict, 7) >= 7);
	}
}

static void check_text(const char *text)
{
	promise(strlen(text) < STATE_TEXT_SIZE && !strchr(text, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state state;
	int r;

	if (store_fd < 0) {
		promise(mkdtemp(directory) && atexit(remove_directory) == 0);
		store_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
		promise(store_fd >= 0);
	}
	write_file(data, size);
	r = state_read(store_fd, &state);
	promise(r == 0 || r == -EBADMSG);
	check_text(state.last_error);
	check_text(state.location);
	check_text(state.etag);
	check_text(state.last_modified);
	promise(strlen(state.sha256) < sizeof(state.sha256));
	check_files(&state, INT64_C(1800000000000));
	check_files(&state, 0);
	return 0;
}
