#include "mount/mountpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <linux/magic.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "inode.h"
#include "mount/mount_lock.h"

/* How long a mounted ismapfs may take to answer. Seconds. */
#define PROBE_SECONDS 5

/* The most dead mounts on top of each other that are cleared. */
#define STALE_MAX 8

/* MOUNT_ATTR_NOSYMFOLLOW. Its header, <linux/mount.h>, and <sys/mount.h> exclude each other. */
#define ATTRIBUTE_NOSYMFOLLOW 0x00200000

#define PROBE_DEAD 1
#define PROBE_OTHER 2

static _Noreturn void probe_here(const char *path, unsigned seconds)
{
	struct stat attributes;
	struct statfs filesystem;

	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(seconds);
	/* statfs first: the root's attributes may be cached, even when the driver is dead. */
	if (statfs(path, &filesystem) < 0)
		_exit(errno == ENOTCONN || errno == ECONNABORTED ? PROBE_DEAD : PROBE_OTHER);
	if (filesystem.f_type != FUSE_SUPER_MAGIC || stat(path, &attributes) < 0 ||
	    attributes.st_ino != INODE_ROOT_NUMBER)
		_exit(PROBE_OTHER);
	_exit(0);
}

int mountpoint_probe(const char *path, unsigned seconds)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return -errno;
	if (child == 0)
		probe_here(path, seconds);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFSIGNALED(status))
		return -ETIMEDOUT;
	switch (WEXITSTATUS(status)) {
	case 0: return 0;
	case PROBE_DEAD: return -ENOTCONN;
	default: return -ENODEV;
	}
}

/* Decodes \\ooo, as which the kernel writes blanks and backslashes of paths. */
static void decode_octal(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; to++) {
		if (from[0] == '\\' && strspn(from + 1, "01234567") >= 3) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* Whether the topmost mount at the path is an ismapfs. */
static bool is_ours(const char *path)
{
	_cleanup_fclose_ FILE *mounts = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	bool ours = false;

	while (mounts && getline(&line, &size, mounts) > 0) {
		_cleanup_free_ char *mounted = NULL;
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(line, "%*s %*s %*s %*s %ms", &mounted) != 1)
			continue;
		decode_octal(mounted);
		if (strcmp(mounted, path) == 0)
			ours = strncmp(rest + 3, MOUNTPOINT_TYPE " ",
				       strlen(MOUNTPOINT_TYPE " ")) == 0;
	}
	return ours;
}

static int run_fusermount(const char *path)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return -errno;
	if (child == 0) {
		(void)execlp("fusermount3", "fusermount3", "-u", "-z", "--", path, (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

bool mountpoint_is_dead(const char *path)
{
	struct statfs ignored;

	return statfs(path, &ignored) < 0 && (errno == ENOTCONN || errno == ECONNABORTED);
}

int mountpoint_unmount(const char *path)
{
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		return 0;
	return errno == EPERM ? run_fusermount(path) : -errno;
}

int mountpoint_follow_no_symlinks(const char *path)
{
	const struct {
		/* cppcheck-suppress unusedStructMember; the kernel reads them */
		uint64_t set, clear, propagation, user_namespace;
	} attributes = {.set = ATTRIBUTE_NOSYMFOLLOW};

	if (syscall(SYS_mount_setattr, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &attributes,
		    sizeof(attributes)) == 0)
		return 0;
	return log_error_errno(
		-errno, "-o nosymfollow: %s: %m. It takes root and a kernel of at least Linux 5.14",
		path);
}

static int unmount_stale(const char *path)
{
	int r = mountpoint_unmount(path);

	if (r < 0)
		return log_error_errno(
			r,
			"%s: a crashed ismapfs is still mounted there and can't be unmounted: %m",
			path);
	log_info("%s: unmounted what a crashed ismapfs left behind", path);
	return 0;
}

/* Unmounts dead ismapfs mounts at the path; a live one is an error. */
static int take_over(const char *path)
{
	for (int i = 0; i < STALE_MAX && is_ours(path); i++) {
		int r = mountpoint_probe(path, PROBE_SECONDS);

		if (r == -ETIMEDOUT)
			return log_error_errno(
				r,
				"%s: already mounted, by an ismapfs that doesn't answer. End that process, then try again.",
				path);
		if (r != -ENOTCONN)
			return log_error_errno(-EBUSY, "%s: already mounted", path);
		r = unmount_stale(path);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Finds the path without symlinks, also when a dead mount covers the directory. */
static int resolve(const char *given, char path[static PATH_MAX])
{
	_cleanup_free_ char *copy = NULL;
	char parent[PATH_MAX];
	char *name;

	if (realpath(given, path))
		return 0;
	if (errno != ENOTCONN)
		return -errno;
	copy = strdup(given);
	if (!copy)
		return -ENOMEM;
	for (size_t end = strlen(copy); end > 1 && copy[end - 1] == '/'; end--)
		copy[end - 1] = '\0';
	name = strrchr(copy, '/');
	if (name)
		*name++ = '\0';
	if (!realpath(!name ? "." : *copy == '\0' ? "/" : copy, parent))
		return -errno;
	if (snprintf(path, PATH_MAX, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent,
		     name ? name : copy) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

/* Whether a path is the other one or below it. Both have no symlinks. */
static bool is_within(const char *path, const char *other)
{
	size_t length = strlen(other);

	if (strcmp(other, "/") == 0)
		return true;
	return strncmp(path, other, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Whether both are the same directory, by a bind mount. */
static bool is_same(const char *path, const char *other)
{
	struct stat left, right;

	return stat(path, &left) == 0 && stat(other, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

int mountpoint_prepare(const char *given, const char *store_path, char path[static PATH_MAX],
		       int *lock_fd)
{
	struct stat attributes;
	int r;

	r = resolve(given, path);
	if (r < 0)
		return log_error_errno(r, "%s: can't be mounted there: %m", given);
	*lock_fd = mount_lock_open(path);
	mount_lock_take(*lock_fd);
	r = take_over(path);
	if (r < 0)
		return r;
	if (stat(path, &attributes) < 0)
		return log_error_errno(-errno, "%s: can't be mounted there: %m", path);
	if (!S_ISDIR(attributes.st_mode))
		return log_error_errno(-ENOTDIR, "%s: can't be mounted there: %m", path);
	if (is_within(path, store_path) || is_within(store_path, path) || is_same(path, store_path))
		return log_error_errno(
			-EINVAL,
			"%s: the mount point must be neither the store nor above nor inside it (%s): the driver would wait for itself",
			path, store_path);
	return 0;
}
