#include "mount/helpers/locator.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/landlock.h"
#include "common/log.h"
#include "kernel/follow.h"

/* How often it looks, in milliseconds. */
#define PAUSE 1

/* Of /proc/PID/stat. The program's name is field 2; field 39 is the processor. Source: proc(5). */
#define STAT_SIZE 1024
#define FIELD_NAME 2
#define FIELD_PROCESSOR 39

/* Returns the processor's number plus 1; 0: not known. */
static uint32_t read_processor(int fd)
{
	char text[STAT_SIZE];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
	char *field;

	if (length <= 0)
		return 0;
	text[length] = '\0';
	/* The name may have anything in it, but the rest has no bracket. */
	field = strrchr(text, ')');
	for (int i = FIELD_NAME; field && i < FIELD_PROCESSOR; i++)
		field = strchr(field + 1, ' ');
	return field ? (uint32_t)strtoul(field, NULL, 10) + 1 : 0;
}

/* Returns whether there is still a driver: one that is killed while somebody is followed can't say
 * so. */
static bool pause_with_driver(int driver)
{
	/* Not for messages: one that came early would end every pause. */
	struct pollfd gone = {.fd = driver};

	return poll(&gone, 1, PAUSE) == 0;
}

/* For as long as that thread is followed. */
static void locate(struct follow_shared *shared, int driver, int proc, uint32_t thread)
{
	_cleanup_close_ int fd = -1;
	char path[32];

	(void)snprintf(path, sizeof(path), "%" PRIu32 "/stat", thread);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && atomic_load(&shared->walker) == thread) {
		uint32_t processor = read_processor(fd);

		if (processor == 0)
			return;
		atomic_store(&shared->processor, processor);
		if (!pause_with_driver(driver))
			return;
	}
}

/* Returns 0 or -errno. */
static int restrict_to(int proc)
{
	_cleanup_close_ int ruleset = -1;
	int r = landlock_begin(false, &ruleset);

	/* The driver reports that this kernel has no Landlock. */
	if (r == -EOPNOTSUPP || r == -ENOSYS)
		return 0;
	if (r >= 0)
		r = landlock_allow(ruleset, proc, LANDLOCK_READ_FILE);
	return r < 0 ? r : landlock_end(ruleset);
}

/* Returns 0 or -errno. */
static int confine(int *fds, const struct sandbox *sandbox)
{
	static const char *const calls[] = {
		"read",	 "pread64",	 "openat", "open",	 "close",	    "poll",
		"ppoll", "ppoll_time64", "write",  "exit_group", "restart_syscall", NULL,
	};
	int r;

	if ((r = sandbox_become_user(sandbox)) < 0 || (r = helper_keep_fds(fds, 2)) < 0)
		return r;
	if (sandbox->confines && (r = restrict_to(fds[1])) < 0)
		return r;
	return sandbox_enter_helper(sandbox, calls);
}

static void serve(int own_fd, void *shared, const struct helper_context *context)
{
	int fds[] = {own_fd, open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	uint32_t thread;
	int r = fds[1] < 0 ? -errno : 0;

	helper_begin(context->options, "ismapfs-place", "locates who reads", context->path);
	if (r == 0)
		r = confine(fds, context->sandbox);
	(void)!write(fds[0], &r, sizeof(r));
	if (r < 0)
		return;
	while (read(fds[0], &thread, sizeof(thread)) == sizeof(thread))
		locate(shared, fds[0], fds[1], thread);
}

/* On one processor there is nothing to choose, and who chose a policy knows better. */
static bool is_of_use(void)
{
	cpu_set_t allowed;

	return sched_getaffinity(0, sizeof(allowed), &allowed) == 0 && CPU_COUNT(&allowed) > 1 &&
	       sched_getscheduler(0) == SCHED_OTHER;
}

void locator_start(struct helper *locator, const struct helper_context *context)
{
	int r = 0;

	if (is_of_use())
		r = helper_start(locator, sizeof(struct follow_shared), serve, context);
	if (r == 0)
		return;
	log_info("who reads can't be located, so that walks are slower: %s", strerror(-r));
	helper_release(locator);
}

void locator_release(struct helper *locator)
{
	struct follow_shared *shared = locator->shared;

	if (shared)
		atomic_store(&shared->walker, 0);
	helper_release(locator);
}
