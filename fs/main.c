/*
 * ismapfs: shows a store as a read-only directory tree.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

#include <fuse_lowlevel.h>
#include <sqlite3.h>

#include "common/cleanup.h"
#include "common/descriptors.h"
#include "common/landlock.h"
#include "common/log.h"
#include "common/messages.h"
#include "common/output.h"
#include "common/system_calls.h"
#include "mount/daemon.h"
#include "mount/fuse_log.h"
#include "mount/mountpoint.h"
#include "mount/options.h"
#include "mount/session.h"
#include "mount/systemd.h"
#include "store.h"

/* Who is told that the mount is ready: in the background the waiting parent process, in the
 * foreground the service manager. */
struct readiness {
	int fd;
	int null; /* /dev/null */
	const char *path;
	struct systemd *systemd;
};

static void ready(void *context)
{
	struct readiness *readiness = context;

	systemd_greeted(readiness->systemd);
	if (readiness->fd < 0)
		return;
	daemon_ready(&readiness->fd, readiness->path);
	daemon_detach(readiness->null);
}

static int open_store(const char *given, char path[static PATH_MAX], int *fd)
{
	if (!realpath(given, path))
		return log_error_errno(-errno, "%s: the store can't be used: %m", given);
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return log_error_errno(-errno, "%s: the store can't be used: %m", path);
	if (store_owns_generations(*fd))
		return 0;
	return log_error_errno(-ENOTDIR,
			       "%s/" STORE_GENERATIONS
			       " is no folder of the store's own; put the folder itself there",
			       path);
}

static enum exit_code serve(const struct options *options, int ready_fd)
{
	char store_path[PATH_MAX], path[PATH_MAX];
	_cleanup_close_ int store_fd = -1;
	_cleanup_close_ int lock_fd = -1;
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct systemd systemd;
	struct readiness readiness = {
		.fd = ready_fd, .null = null, .path = path, .systemd = &systemd};
	struct driver driver = {
		.owner = getuid(),
		.group = getgid(),
		.systemd = &systemd,
		.on_ready = ready,
		.on_ready_context = &readiness,
	};
	struct refresh refresh;
	enum exit_code code;

	if (open_store(options->store, store_path, &store_fd) < 0)
		return EXIT_CODE_STORE;
	if (mountpoint_prepare(options->mountpoint, store_path, path, &lock_fd) < 0)
		return EXIT_CODE_MOUNT;
	refresh_prepare(&refresh, &driver, steal_fd(&store_fd), &options->limits);
	refresh.store_path = store_path;
	systemd_open(&systemd, options->foreground);
	if (!options->foreground)
		daemon_open_log();
	code = session_run(&driver, &refresh, options, store_path, path, steal_fd(&lock_fd));
	systemd_close(&systemd);
	session_leave_store(&driver, &refresh);
	return code;
}

static void show_version(void)
{
	(void)printf("ismapfs %s, libfuse %s, SQLite %s\n", ISMAPFS_VERSION, fuse_pkgversion(),
		     sqlite3_libversion());
	if (SANDBOX_POSSIBLE)
		(void)printf("sandbox: Landlock %d of this kernel, system calls by libseccomp\n",
			     landlock_version());
	else
		(void)printf("sandbox: none in this build\n");
}

/* Returns the exit status. A background driver's parent passes its child's on. */
static int run(const struct options *options)
{
	int exit_code, ready_fd = -1;
	int r;

	if (options->help) {
		options_help();
		return EXIT_CODE_FINE;
	}
	if (options->version) {
		show_version();
		return EXIT_CODE_FINE;
	}
	if (options->fake)
		return EXIT_CODE_FINE;
	if (options->foreground)
		return serve(options, ready_fd);
	r = daemon_start(&ready_fd, &exit_code);
	if (r < 0)
		return EXIT_CODE_MOUNT;
	if (r > 0)
		return options_status(options, exit_code);
	return serve(options, ready_fd);
}

/* A parent that ignores SIGCHLD leaves it ignored in us, and then wait(2) loses a child's status.
 */
static void reset_sigchld(void)
{
	const struct sigaction usual = {.sa_handler = SIG_DFL};

	(void)sigaction(SIGCHLD, &usual, NULL);
}

int main(int count, char **arguments)
{
	struct options options;
	int code;

	descriptors_begin(arguments);
	reset_sigchld();
	messages_begin("ismapfs");
	fuse_log_begin();
	/* Which all threads would share, and so wait for the slowest (kernel/follow.h). */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (options_parse(count, arguments, &options) < 0)
		return options_status(&options, EXIT_CODE_USAGE);
	code = run(&options);
	return output_end() < 0 && code == EXIT_CODE_FINE
		       ? options_status(&options, EXIT_CODE_MOUNT)
		       : code;
}
