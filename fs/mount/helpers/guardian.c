#include "mount/helpers/guardian.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "common/capabilities.h"
#include "common/cleanup.h"
#include "common/log.h"
#include "common/system_calls.h"
#include "mount/fuse_control.h"
#include "mount/helpers/helper.h"
#include "mount/mount_lock.h"
#include "mount/mountpoint.h"
#include "mount/sandbox.h"

/* How long a mount without a driver may take to say so. Seconds. */
#define DEAD_SECONDS 2

/* How often to look for what fusermount3 mounts when the driver that started it is dead, and how
 * long to wait between: two seconds in all. */
#define LATE_LOOKS 40
#define LATE_PAUSE_NS 50000000

/* The guardian's descriptors after the three standard ones: its end of the socket pair, the file
 * that aborts the connection, and the mount point's lock (each of the two may be /dev/null). */
#define OWN_FD 3
#define ABORT_FD 4
#define LOCK_FD 5

enum wanted {
	WANTED_NOTHING,
	WANTED_UNMOUNT,
	WANTED_CLEAR, /* only what an aborted connection leaves */
};

/*
 * The driver's main thread holds the mutex while it lives, and the guardian waits for
 * it. The guardian learns whether the mutex was unlocked, or whether its owner died:
 * the kernel unlocks robust futexes when their thread ends, even if another thread
 * of the killed process hangs.
 */
struct guardian_shared {
	pthread_mutex_t alive;
	/* When the mutex is unlocked, or its owner has died. */
	_Atomic enum wanted wanted;
};

/* The guardian's message once it guards the mount. */
struct greeting {
	int error;
	bool ends_connection;
};

/* Root keeps the rights to unmount and to reach a mount point in another user's home. Other users
 * keep all: they need fusermount3, which is setuid and wouldn't work with NO_NEW_PRIVS. */
static int drop_rights(void)
{
	static const char *const calls[] = {
		"futex",
		"read",
		"statx",
		"statfs",
		"umount2",
		"write",
		"exit_group",
		"rt_sigreturn",
		"restart_syscall",
		"flock",
		"nanosleep",
		"clock_nanosleep",
		"clock_nanosleep_time64",
		NULL,
	};
	int r;

	if (geteuid() != 0)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	r = capabilities_keep(CAPABILITY(CAP_SYS_ADMIN) | CAPABILITY(CAP_DAC_READ_SEARCH));
	if (r == 0 && SANDBOX_POSSIBLE)
		r = sandbox_keep_calls(calls);
	/* The driver reports that this kernel can't filter system calls. */
	return r == -EOPNOTSUPP ? 0 : r;
}

/* Unmounts, unless another file system is at the path by now: ours was unmounted by another
 * process, or is covered. */
static int unmount(const char *path, int before, int connection)
{
	int now = fuse_control_number(path);

	/* It was unmounted: what was there before is there again, or nothing is. */
	if (now == before || now == -ENODEV || now == -ENOENT)
		return 0;
	if (connection >= 0 && now != connection)
		return now < 0 ? now : -EBUSY;
	return mountpoint_unmount(path);
}

/* Unmounts what an aborted connection leaves at the path. Returns 1 when it did; 0 when it was
 * unmounted already, even if another is mounted there by now: that one may have the same number.
 */
static int clear(const char *path, int connection)
{
	int r;

	if (fuse_control_number(path) != connection || !mountpoint_is_dead(path))
		return 0;
	r = mountpoint_unmount(path);
	return r < 0 ? r : 1;
}

/* The driver has ended while it mounted. Unmounts what it left, and nothing that was there before.
 */
static void clear_half_mounted(struct guardian_shared *shared, const char *path, int before)
{
	const struct timespec pause = {.tv_nsec = LATE_PAUSE_NS};
	bool killed = pthread_mutex_lock(&shared->alive) == EOWNERDEAD;
	int looks = killed && geteuid() != 0 ? LATE_LOOKS : 1;

	while (fuse_control_number(path) == before && --looks > 0)
		(void)nanosleep(&pause, NULL);
	if (fuse_control_number(path) != before &&
	    mountpoint_probe(path, DEAD_SECONDS) == -ENOTCONN)
		(void)mountpoint_unmount(path);
}

/* Opens the file that aborts the connection, if it can. */
static bool open_abort(int connection)
{
	_cleanup_close_ int fd = connection < 0 ? -1 : fuse_control_open_abort(connection);

	return fd >= 0 && dup2(fd, ABORT_FD) == ABORT_FD;
}

/* Waits for the driver's end, and does what is wanted then. */
static void guard(struct guardian_shared *shared, const char *path, int before, int connection)
{
	int r = pthread_mutex_lock(&shared->alive);

	if (r == EOWNERDEAD)
		(void)!write(ABORT_FD, "1", 1);
	if ((r != 0 && r != EOWNERDEAD) || atomic_load(&shared->wanted) == WANTED_NOTHING)
		return;
	/* No other driver mounts between a look at the path and the unmounting. */
	mount_lock_take(LOCK_FD);
	r = atomic_load(&shared->wanted) == WANTED_CLEAR ? clear(path, connection)
							 : unmount(path, before, connection);
	mount_lock_give(LOCK_FD);
	/* Processes that still use the tree would get errors at the driver's end anyway. Aborting
	 * tells libfuse that there is nothing left to unmount. */
	(void)!write(ABORT_FD, "1", 1);
	(void)!write(OWN_FD, &r, sizeof(r));
}

static _Noreturn void serve(struct guardian_shared *shared, int fd, const struct options *options,
			    const char *path, int lock_fd)
{
	int before = fuse_control_number(path), connection, error, fds[] = {fd, -1, lock_fd};
	struct greeting greeting = {0};

	helper_begin(options, "ismapfs-guard", "guards", path);
	error = helper_keep_fds(fds, 3);
	(void)!write(fds[0], &error, sizeof(error));
	if (error < 0)
		_exit(0);
	if (read(OWN_FD, &connection, sizeof(connection)) != sizeof(connection)) {
		clear_half_mounted(shared, path, before);
		_exit(0);
	}
	greeting.ends_connection = open_abort(connection);
	greeting.error = drop_rights();
	(void)!write(OWN_FD, &greeting, sizeof(greeting));
	guard(shared, path, before, connection);
	_exit(0);
}

/* Reads a message of the guardian. Returns 0 or -errno. */
static int read_answer(const struct guardian *guardian, void *answer, size_t size)
{
	ssize_t length;

	do
		length = read(guardian->fd, answer, size);
	while (length < 0 && errno == EINTR);
	return length == (ssize_t)size ? 0 : -EPIPE;
}

static int share_memory(struct guardian_shared **shared)
{
	pthread_mutexattr_t attributes;
	struct guardian_shared *made;

	/* cppcheck-suppress invalidFunctionArg; no file (mmap(2)) */
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		return -errno;
	(void)pthread_mutexattr_init(&attributes);
	(void)pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	(void)pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	(void)pthread_mutex_init(&made->alive, &attributes);
	(void)pthread_mutexattr_destroy(&attributes);
	atomic_store(&made->wanted, WANTED_UNMOUNT);
	*shared = made;
	return 0;
}

static int start(struct guardian *guardian, const struct options *options, const char *path,
		 int lock_fd)
{
	int ends[2], error = 0, r = share_memory(&guardian->shared);

	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	guardian->process = fork();
	if (guardian->process == 0)
		serve(guardian->shared, ends[1], options, path, lock_fd);
	r = guardian->process < 0 ? -errno : 0;
	guardian->fd = ends[0];
	(void)close(ends[1]);
	if (r == 0)
		r = helper_read_greeting(guardian->fd, guardian->process, &error, sizeof(error));
	if (r == 0)
		r = error;
	return r == 0 ? -pthread_mutex_lock(&guardian->shared->alive) : r;
}

static int report(int r, const char *path)
{
	return r < 0 ? log_error_errno(r, "%s: can't prepare for unmounting: %m", path) : 0;
}

int guardian_start(struct guardian *guardian, const struct options *options, const char *path,
		   int lock_fd)
{
	return report(start(guardian, options, path, lock_fd), path);
}

int guardian_mounted(struct guardian *guardian, const char *path)
{
	struct greeting greeting = {0};
	/* The guardian can't look: under an automounter only the driver's process group may pass.
	 */
	int connection = fuse_control_number(path);
	ssize_t sent = send(guardian->fd, &connection, sizeof(connection), MSG_NOSIGNAL);
	int r = sent == sizeof(connection) ? 0 : -errno;

	if (r == 0)
		r = helper_read_greeting(guardian->fd, guardian->process, &greeting,
					 sizeof(greeting));
	guardian->ends_connection = greeting.ends_connection;
	return report(r == 0 ? greeting.error : r, path);
}

void guardian_keep_mount(const struct guardian *guardian)
{
	atomic_store(&guardian->shared->wanted, WANTED_NOTHING);
}

/* Lets the guardian go on. Unlocking fails when the mutex wasn't locked, which does no harm. */
static void let_go(struct guardian *guardian)
{
	(void)pthread_mutex_unlock(&guardian->shared->alive);
	(void)munmap(steal_pointer(guardian->shared), sizeof(*guardian->shared));
}

bool guardian_has_gone(const struct guardian *guardian)
{
	struct pollfd end = {.fd = guardian->fd};

	return poll(&end, 1, 0) == 1 && (end.revents & POLLHUP);
}

static int ask(struct guardian *guardian, enum wanted wanted)
{
	int answer, r;

	if (!guardian->shared)
		return guardian->unmounted;
	atomic_store(&guardian->shared->wanted, wanted);
	let_go(guardian);
	r = read_answer(guardian, &answer, sizeof(answer));
	guardian->unmounted = r < 0 ? r : answer;
	return guardian->unmounted;
}

int guardian_unmount(struct guardian *guardian)
{
	return ask(guardian, WANTED_UNMOUNT);
}

int guardian_clear(struct guardian *guardian)
{
	return ask(guardian, WANTED_CLEAR);
}

void guardian_release(struct guardian *guardian)
{
	if (guardian->shared)
		let_go(guardian);
	if (guardian->fd < 0)
		return;
	(void)close(steal_fd(&guardian->fd));
	while (guardian->process > 0 && waitpid(guardian->process, NULL, 0) < 0)
		if (errno != EINTR)
			break;
}
