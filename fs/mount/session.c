#include "mount/session.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>

#include <fuse_lowlevel.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "kernel/ops.h"
#include "kernel/prefetch.h"
#include "kernel/workers.h"
#include "mount/daemon.h"
#include "mount/fuse_control.h"
#include "mount/helpers/guardian.h"
#include "mount/helpers/locator.h"
#include "mount/helpers/messenger.h"
#include "mount/mount_lock.h"
#include "mount/mountpoint.h"
#include "mount/sandbox.h"
#include "mount/signals.h"
#include "mount/systemd.h"

/* Files can't be written, executed or be setuid. noatime keeps the kernel from asking for
 * attributes after each read. */
#define MOUNT_OPTIONS \
	"ro,default_permissions,nosuid,nodev,noexec,noatime,subtype=" MOUNTPOINT_SUBTYPE

/* More than one, so that a read from a slow disk delays no other request. */
#define WORKERS_MIN 2

/* All that a mount is made of. */
struct mounting {
	const struct options *options;
	const char *store_path;
	const char *path;
	struct sandbox sandbox;
	struct guardian guardian;
	int lock_fd; /* of the mount point; -1 once the tree is mounted */
	struct helper messenger;
	struct helper locator;
};

static int build_arguments(struct fuse_args *arguments, const struct options *options,
			   const char *store_path)
{
	_cleanup_free_ char *list = strdup(MOUNT_OPTIONS);
	char source[PATH_MAX + 16];

	(void)snprintf(source, sizeof(source), "fsname=%s", store_path);
	/* Escaped, since a path may have commas. */
	if (!list || fuse_opt_add_opt_escaped(&list, source) < 0 ||
	    (options->allow_other && fuse_opt_add_opt(&list, "allow_other") < 0) ||
	    (options->debug && fuse_opt_add_opt(&list, "debug") < 0) ||
	    fuse_opt_add_arg(arguments, "ismapfs") < 0 || fuse_opt_add_arg(arguments, "-o") < 0 ||
	    fuse_opt_add_arg(arguments, list) < 0)
		return -ENOMEM;
	return 0;
}

/* Reports a missing device better than libfuse does. */
static int check_device(void)
{
	_cleanup_close_ int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	/* For users other than root fusermount3 opens it. */
	if (fd >= 0 || (errno != ENOENT && geteuid() != 0))
		return 0;
	return log_error_errno(
		-errno,
		"/dev/fuse can't be opened (%m), so nothing can be mounted here, as in a container without that device; 'ismap-sync export' writes the same tree as plain files");
}

/* One worker for each processor. The kernel gives requests to the workers in turn, so more of them
 * only have colder caches. */
static unsigned worker_count(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < WORKERS_MIN)
		return WORKERS_MIN;
	return processors > WORKERS_MAX ? WORKERS_MAX : (unsigned)processors;
}

/* Without a guardian that aborts the connection, a driver killed while it pushes leaves readers
 * hanging. */
static bool reads_ahead(const struct mounting *mounting)
{
	if (mounting->options->prefetch && !mounting->guardian.ends_connection)
		log_info("files are not read ahead: /sys/fs/fuse/connections can't be used");
	return mounting->options->prefetch && mounting->guardian.ends_connection;
}

/* Whether the mount was unmounted; another may be at its path. */
static bool is_gone(struct fuse_session *session)
{
	struct pollfd device = {.fd = fuse_session_fd(session)};

	return poll(&device, 1, 0) == 1 && (device.revents & POLLERR);
}

/* Starts all threads; returns when the workers have ended. The caller stops the other threads. */
static int start_and_work(struct fuse_session *session, struct signals *signals,
			  struct driver *driver, const struct mounting *mounting)
{
	const struct helper *locator = &mounting->locator;
	int r;

	if ((r = workers_prepare(signals->workers, session, worker_count(), locator->shared,
				 locator->fd, &driver->counters)) < 0 ||
	    (r = workers_greet(signals->workers)) < 0 ||
	    (r = announcing_start(signals->announcing, driver)) < 0 ||
	    (r = refresh_start(signals->refresh, signals->announcing)) < 0)
		return r;
	if (reads_ahead(mounting)) {
		driver->prefetch = signals->prefetch;
		r = prefetch_start(signals->prefetch, session, driver);
		if (r < 0)
			return r;
	}
	if ((r = systemd_start(driver->systemd, &driver->views)) < 0 ||
	    (r = signals_start(signals)) < 0)
		return r;
	guardian_keep_mount(signals->guardian);
	return workers_run(signals->workers);
}

void session_leave_store(struct driver *driver, struct refresh *refresh)
{
	views_release(&driver->views);
	if (refresh->store_fd >= 0)
		(void)close(steal_fd(&refresh->store_fd));
}

static enum exit_code answer(struct fuse_session *session, struct refresh *refresh,
			     struct driver *driver, struct mounting *mounting)
{
	_cleanup_workers_ struct workers workers = {0};
	struct messenger_shared *messenger = mounting->messenger.shared;
	struct prefetch prefetch = {0};
	struct announcing announcing = {
		.announcer = {.messages = mounting->messenger.fd,

			      .told = &messenger->told,
			      .device = fuse_session_fd(session)},
		.wake_fd = -1,
	};
	struct signals signals = {
		.workers = &workers,
		.refresh = refresh,
		.announcing = &announcing,
		.prefetch = &prefetch,
		.systemd = driver->systemd,
		.guardian = &mounting->guardian,
		.counters = &driver->counters,
	};
	int r = start_and_work(session, &signals, driver, mounting);

	/* No worker answers any more, so pushes would wait for ever, and the follower may take its
	 * time. Unmounting ends that. Not by libfuse, which would close the device while other
	 * threads write to it. */
	if ((r < 0 || workers_one_follows(&workers)) && !is_gone(session))
		(void)guardian_unmount(&mounting->guardian);
	workers_await_follower(&workers);
	signals_stop(&signals);
	systemd_stop(driver->systemd);
	refresh_stop(refresh);
	announcing_stop(&announcing);
	prefetch_stop(&prefetch);
	driver->prefetch = NULL;
	/* At once: who unmounts the tree often unmounts the file system of its store next. */
	session_leave_store(driver, refresh);
	if (r < 0)
		(void)log_error_errno(r, "the mount ended: %m");
	if (atomic_load(&driver->end) == DRIVER_REPLACED)
		return EXIT_CODE_STORE;
	return r < 0 || atomic_load(&driver->end) == DRIVER_STUCK ? EXIT_CODE_MOUNT
								  : EXIT_CODE_FINE;
}

/* The guardian unmounts, as the driver has given up that right; libfuse only releases its memory.
 * Returns 0, or -errno, already reported, also when the connection was aborted. */
static int unmount(struct fuse_session *session, struct mounting *mounting)
{
	int r = is_gone(session) ? guardian_clear(&mounting->guardian)
				 : guardian_unmount(&mounting->guardian);

	/* Without a guardian there is nothing to do, unless a dead mount stays. */
	if (r == -EPIPE && is_gone(session) && !mountpoint_is_dead(mounting->path))
		r = 0;
	if (r < 0)
		(void)log_error_errno(r, "%s: can't be unmounted: %m", mounting->path);
	if (r > 0)
		r = log_error_errno(
			-ECONNABORTED,
			"%s: the connection to the kernel was aborted, so the tree is unmounted: mount it again",
			mounting->path);
	if (is_gone(session))
		fuse_session_unmount(session);
	return r;
}

static void release_lock(struct mounting *mounting)
{
	mount_lock_give(mounting->lock_fd);
	if (mounting->lock_fd >= 0)
		(void)close(steal_fd(&mounting->lock_fd));
}

/* The store may be somebody else's, so it is read in the sandbox, which can be entered once the
 * tree is mounted. Until then whoever asks for the tree waits. */
static int load(struct refresh *refresh, const struct mounting *mounting)
{
	int r = sandbox_enter(&mounting->sandbox, refresh->store_fd, mounting->store_path);

	if (r == 0)
		r = refresh_load(refresh);
	if (r < 0)
		log_error("%s: the store can't be used", mounting->store_path);
	return r;
}

/* Returns 0, or -1, already reported. */
static int mount_tree(struct fuse_session *session, struct mounting *mounting)
{
	int before = fuse_control_number(mounting->path);

	/* First, as whoever dies while mounting leaves a mount. */
	if (guardian_start(&mounting->guardian, mounting->options, mounting->path,
			   mounting->lock_fd) < 0)
		return -1;
	/* When memory is short libfuse may return success without having mounted. */
	if (fuse_session_mount(session, mounting->path) == 0 &&
	    (before < 0 || fuse_control_number(mounting->path) != before))
		return 0;
	log_error("%s: could not be mounted", mounting->path);
	return -1;
}

/* What a mount needs beside the driver. Returns 0, or -1, already reported. */
static int complete(struct fuse_session *session, struct mounting *mounting)
{
	const struct helper_context context = {
		.sandbox = &mounting->sandbox,
		.options = mounting->options,
		.path = mounting->path,
		.device = fuse_session_fd(session),
	};

	if (guardian_mounted(&mounting->guardian, mounting->path) < 0 ||
	    (mounting->options->no_symlinks && mountpoint_follow_no_symlinks(mounting->path) < 0) ||
	    messenger_start(&mounting->messenger, &context) < 0)
		return -1;
	locator_start(&mounting->locator, &context);
	return 0;
}

/* Unmounts while the driver has that right. Not by libfuse, which as root starts umount for it. */
static void give_up(struct fuse_session *session, const char *path)
{
	int r = mountpoint_unmount(path);

	if (r < 0)
		(void)log_error_errno(r, "%s: can't be unmounted: %m", path);
	if (is_gone(session))
		fuse_session_unmount(session);
}

static enum exit_code mount_and_answer(struct fuse_session *session, struct refresh *refresh,
				       struct driver *driver, struct mounting *mounting)
{
	enum exit_code code;

	if (mount_tree(session, mounting) < 0)
		return EXIT_CODE_MOUNT;
	if (complete(session, mounting) < 0) {
		give_up(session, mounting->path);
		return EXIT_CODE_MOUNT;
	}
	/* The guardian knows by now which mount is ours. */
	release_lock(mounting);
	if (!mounting->options->foreground)
		daemon_leave_group();
	if (load(refresh, mounting) < 0)
		code = EXIT_CODE_STORE;
	else
		code = answer(session, refresh, driver, mounting);
	if (unmount(session, mounting) < 0 && code == EXIT_CODE_FINE)
		code = EXIT_CODE_MOUNT;
	return code;
}

/* By default each worker would have a heap, which never shrinks from its largest size. Buffers for
 * long reads go back to the kernel at once. */
static void bound_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 512 * 1024);
}

/* Makes the session, runs it and destroys it. */
static enum exit_code run_session(struct driver *driver, struct refresh *refresh,
				  struct mounting *mounting)
{
	struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
	struct fuse_session *session = NULL;
	enum exit_code code = EXIT_CODE_MOUNT;

	if (build_arguments(&arguments, mounting->options, mounting->store_path) == 0)
		session = fuse_session_new(&arguments, &ops, sizeof(ops), driver);
	if (session) {
		code = mount_and_answer(session, refresh, driver, mounting);
		fuse_session_destroy(session);
	} else {
		log_error("the mount could not be prepared");
	}
	fuse_opt_free_args(&arguments);
	return code;
}

enum exit_code session_run(struct driver *driver, struct refresh *refresh,
			   const struct options *options, const char *store_path, const char *path,
			   int lock_fd)
{
	struct mounting mounting = {
		.options = options,
		.store_path = store_path,
		.path = path,
		.guardian = GUARDIAN_NONE,
		.lock_fd = lock_fd,
		.messenger = HELPER_NONE,
		.locator = HELPER_NONE,
	};
	enum exit_code code;

	bound_memory();
	signals_block();
	if (check_device() < 0)
		return EXIT_CODE_MOUNT;
	if (sandbox_prepare(&mounting.sandbox, options->sandbox, options->user) < 0)
		return EXIT_CODE_USAGE;
	code = run_session(driver, refresh, &mounting);
	locator_release(&mounting.locator);
	helper_release(&mounting.messenger);
	guardian_release(&mounting.guardian);
	release_lock(&mounting);
	if (options->debug)
		counters_show(&driver->counters);
	return code;
}
