#include "session.h"

#include <fcntl.h>
#include <malloc.h>
#include <string.h>

#include <fuse_lowlevel.h>

#include "cleanup.h"
#include "log.h"
#include "mountpoint.h"
#include "ops.h"
#include "prefetch.h"
#include "signals.h"

/* Nothing here can be written, run or used to become somebody else. Read-only also keeps the kernel
 * from asking for a file's atime after each reading of it. */
#define MOUNT_OPTIONS \
	"ro,default_permissions,nosuid,nodev,noexec,noatime,subtype=" MOUNTPOINT_SUBTYPE

/* More than one, so that who reads from a slow disk doesn't keep the others waiting. */
#define WORKERS_MIN 2
#define WORKERS_MAX 10

static int build_arguments(struct fuse_args *arguments, const struct options *options,
			   const char *store_path)
{
	_cleanup_free_ char *list = strdup(MOUNT_OPTIONS);
	char source[PATH_MAX + 16];

	(void)snprintf(source, sizeof(source), "fsname=%s", store_path);
	/* Escaped: a path may have commas. */
	if (!list || fuse_opt_add_opt_escaped(&list, source) < 0 ||
	    (options->allow_other && fuse_opt_add_opt(&list, "allow_other") < 0) ||
	    (options->debug && fuse_opt_add_opt(&list, "debug") < 0) ||
	    fuse_opt_add_arg(arguments, "ismapfs") < 0 || fuse_opt_add_arg(arguments, "-o") < 0 ||
	    fuse_opt_add_arg(arguments, list) < 0)
		return -ENOMEM;
	return 0;
}

/* Without the device nothing can be mounted, and what libfuse says about that helps nobody. */
static int check_device(void)
{
	_cleanup_close_ int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	/* Others get it from fusermount3, which is allowed to open it. */
	if (fd >= 0 || (errno != ENOENT && geteuid() != 0))
		return 0;
	return log_error_errno(-errno,
			       "/dev/fuse can't be opened (%m), so nothing can be mounted here, as "
			       "in a container without that device; 'ismap-sync export' writes the "
			       "same tree as plain files");
}

/* As many as can run at once: the kernel hands requests to the workers in turn, and each more costs
 * a cold cache. */
static unsigned worker_count(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < WORKERS_MIN)
		return WORKERS_MIN;
	return processors > WORKERS_MAX ? WORKERS_MAX : (unsigned)processors;
}

static enum exit_code answer(struct fuse_session *session, struct refresh *refresh,
			     struct driver *driver, const struct options *options)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	struct prefetch prefetch = {0};
	struct signals signals = {
		.session = session,
		.refresh = refresh,
		.prefetch = &prefetch,
		.counters = &driver->counters,
	};
	enum exit_code code = EXIT_CODE_MOUNT;
	int r;

	r = config ? 0 : -ENOMEM;
	if (config)
		fuse_loop_cfg_set_max_threads(config, worker_count());
	if (r == 0)
		r = refresh_start(refresh, session);
	if (r == 0 && options->prefetch) {
		r = prefetch_start(&prefetch, session, driver);
		driver->prefetch = &prefetch;
	}
	if (r == 0)
		r = signals_start(&signals);
	if (r == 0)
		r = fuse_session_loop_mt(session, config);
	signals_stop(&signals);
	refresh_stop(refresh);
	prefetch_stop(&prefetch);
	driver->prefetch = NULL;
	if (r < 0)
		(void)log_error_errno(r, "the mount ended: %m");
	else
		code = EXIT_CODE_FINE;
	if (config)
		fuse_loop_cfg_destroy(config);
	return atomic_load(&refresh->replaced) ? EXIT_CODE_STORE : code;
}

static enum exit_code mount_and_answer(struct fuse_session *session, struct refresh *refresh,
				       struct driver *driver, const struct options *options,
				       const char *path)
{
	enum exit_code code;

	if (fuse_session_mount(session, path) < 0) {
		log_error("%s: could not be mounted", path);
		return EXIT_CODE_MOUNT;
	}
	code = answer(session, refresh, driver, options);
	fuse_session_unmount(session);
	return code;
}

/* Ten workers would else have ten heaps, each keeping what its busiest moment took; a buffer for a
 * long reading goes back at once. */
static void bound_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 512 * 1024);
}

enum exit_code session_run(struct driver *driver, struct refresh *refresh,
			   const struct options *options, const char *store_path, const char *path)
{
	struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
	struct fuse_session *session = NULL;
	enum exit_code code = EXIT_CODE_MOUNT;

	bound_memory();
	signals_block();
	if (check_device() < 0)
		return EXIT_CODE_MOUNT;
	if (build_arguments(&arguments, options, store_path) == 0)
		session = fuse_session_new(&arguments, &ops, sizeof(ops), driver);
	if (session) {
		code = mount_and_answer(session, refresh, driver, options, path);
		fuse_session_destroy(session);
	} else {
		log_error("the mount could not be prepared");
	}
	fuse_opt_free_args(&arguments);
	if (options->debug)
		counters_show(&driver->counters);
	return code;
}
