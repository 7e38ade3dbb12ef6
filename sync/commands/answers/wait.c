/* wait: until a newer generation is current. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "util/duration.h"
#include "common/log.h"
#include "cli/command.h"
#include "store.h"

/* How often to look, in ms: inotify doesn't see what another machine does to a shared file system.
 */
#define LOOK_INTERVAL 1000

/* Opens the store at each look, since another one may have taken its name. */
static int current_generation(const char *path, int64_t *generation)
{
	/* --store is required, so path is set.
	 * NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char current[STORE_GENERATION_PATH_SIZE];
	int r;

	if (fd < 0)
		return log_error_errno(-errno, "%s: cannot open the store: %m", path);
	*generation = 0;
	r = store_current_path(fd, current);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return log_error_errno(
			r, "%s/" STORE_CURRENT " does not name a generation file: %m", path);
	*generation = strtoll(current + strlen(STORE_GENERATIONS "/"), NULL, 10);
	return 0;
}

/* Returns a watch on the store, or -1; without one, only the clock decides when to look. */
static int watch_store(const char *path)
{
	_cleanup_close_ int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0 || inotify_add_watch(fd, path, IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0)
		return -1;
	return steal_fd(&fd);
}

static void wait_for_change(int inotify_fd, int64_t left)
{
	struct pollfd source = {.fd = inotify_fd, .events = POLLIN};
	char events[4096];

	if (poll(&source, 1, (int)(left < LOOK_INTERVAL ? left : LOOK_INTERVAL)) > 0)
		(void)!read(inotify_fd, events, sizeof(events));
}

/* timeout: milliseconds, or -1 for none. */
static enum exit_code wait_for_newer(const char *path, int64_t since, int64_t timeout)
{
	/* The watch comes before the first look, so that no change is missed. */
	_cleanup_close_ int inotify_fd = watch_store(path);
	int64_t end = steady_now() + timeout, generation = 0;

	if (since < 0 && current_generation(path, &since) < 0)
		return EXIT_STORE;
	for (;;) {
		int64_t left = timeout < 0 ? LOOK_INTERVAL : end - steady_now();

		if (current_generation(path, &generation) < 0)
			return EXIT_STORE;
		if (generation > since) {
			(void)printf("%lld\n", (long long)generation);
			return EXIT_DONE;
		}
		if (left <= 0)
			return EXIT_ANSWER;
		wait_for_change(inotify_fd, left);
	}
}

static int parse_generation(const struct command *command, const char *text, int64_t *generation)
{
	char *end;
	long long number;

	if (!text)
		return 0;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (end == text || *end != '\0' || number < 0 || errno != 0)
		return command_usage(command, "--since is a generation's number, not '%s'", text);
	*generation = number;
	return 0;
}

static int run_wait(const struct command *command, int argc, char **argv)
{
	int64_t since = -1, timeout = -1;
	const char *path = NULL, *since_text = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("since", &since_text, "GENERATION",
		       "the generation that is known; default: the current one"),
		DURATION("timeout", &timeout, "how long to wait; default: for ever"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = parse_generation(command, since_text, &since);
	return r != 0 ? r : (int)wait_for_newer(path, since, timeout);
}

const struct command command_wait = {
	.name = "wait",
	.synopsis = "--store DIR",
	.summary = N_("wait for a newer generation, print its number"),
	.exit_status = N_("1 none came in time, 5 store unusable"),
	.run = run_wait,
};
