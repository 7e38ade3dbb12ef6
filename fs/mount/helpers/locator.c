#include "mount/helpers/locator.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/landlock.h"
#include "common/log.h"
#include "mount/helpers/helper.h"

/* How often it looks, in nanoseconds. */
#define PAUSE 1000000

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

/* For as long as that thread is followed. */
static void locate(struct follow_shared *shared, int proc, uint32_t thread)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	_cleanup_close_ int fd = -1;
	char path[32];

	(void)snprintf(path, sizeof(path), "%" PRIu32 "/stat", thread);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && atomic_load(&shared->walker) == thread) {
		uint32_t processor = read_processor(fd);

		if (processor == 0)
			return;
		atomic_store(&shared->processor, processor);
		(void)nanosleep(&pause, NULL);
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
		"read",	 "pread64",    "openat",	  "open",
		"close", "nanosleep",  "clock_nanosleep", "clock_nanosleep_time64",
		"write", "exit_group", "restart_syscall", NULL,
	};
	int r;

	if ((r = sandbox_become_user(sandbox)) < 0 || (r = helper_keep_fds(fds, 2)) < 0)
		return r;
	/* A driver that is killed while somebody is followed can't say so. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	if ((sandbox->confines && (r = restrict_to(fds[1])) < 0))
		return r;
	return sandbox_enter_helper(sandbox, calls);
}

static _Noreturn void serve(int own_fd, struct follow_shared *shared, const struct sandbox *sandbox,
			    const struct options *options, const char *path)
{
	int fds[] = {own_fd, open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	uint32_t thread;
	int r = fds[1] < 0 ? -errno : 0;

	helper_begin(options, "ismapfs-place", "locates who reads", path);
	if (r == 0)
		r = confine(fds, sandbox);
	(void)!write(fds[0], &r, sizeof(r));
	if (r < 0)
		_exit(EXIT_FAILURE);
	while (read(fds[0], &thread, sizeof(thread)) == sizeof(thread))
		locate(shared, fds[1], thread);
	_exit(EXIT_SUCCESS);
}

static int start(struct locator *locator, const struct sandbox *sandbox,
		 const struct options *options, const char *path)
{
	struct follow_shared *made;
	int ends[2], error = 0, r;

	/* cppcheck-suppress invalidFunctionArg; no file (mmap(2)) */
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		return -errno;
	locator->shared = made;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	locator->fd = ends[0];
	locator->process = fork();
	if (locator->process == 0)
		serve(ends[1], locator->shared, sandbox, options, path);
	r = locator->process < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (r == 0)
		r = helper_read_greeting(locator->fd, locator->process, &error, sizeof(error));
	return r < 0 ? r : error;
}

/* On one processor there is nothing to choose, and who chose a policy knows better. */
static bool is_of_use(void)
{
	cpu_set_t allowed;

	return sched_getaffinity(0, sizeof(allowed), &allowed) == 0 && CPU_COUNT(&allowed) > 1 &&
	       sched_getscheduler(0) == SCHED_OTHER;
}

void locator_start(struct locator *locator, const struct sandbox *sandbox,
		   const struct options *options, const char *path)
{
	int r;

	if (!is_of_use())
		return;
	r = start(locator, sandbox, options, path);
	if (r == 0)
		return;
	log_info("who reads can't be located, so that walks are slower: %s", strerror(-r));
	locator_release(locator);
}

void locator_release(struct locator *locator)
{
	if (locator->shared)
		atomic_store(&locator->shared->walker, 0);
	if (locator->fd >= 0)
		(void)close(steal_fd(&locator->fd));
	/* It waits for nothing but that descriptor's end. */
	if (locator->process > 0)
		(void)waitpid(locator->process, NULL, 0);
	locator->process = 0;
	if (locator->shared)
		(void)munmap(locator->shared, sizeof(*locator->shared));
	locator->shared = NULL;
}
