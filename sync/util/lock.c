#include "util/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/cleanup.h"

/* How often another process may replace or remove the file between its opening and its locking. */
#define TRIES 100

/* Opened for writing: on NFS flock() needs that. */
static int open_locked(int directory_fd, const char *name, int flags)
{
	_cleanup_close_ int fd =
		openat(directory_fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return steal_fd(&fd);
}

/* Whether the name still leads to the open file. Returns 1, 0 or -errno. */
static int is_there(int directory_fd, const char *name, const struct stat *opened)
{
	struct stat named;

	if (fstatat(directory_fd, name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return named.st_dev == opened->st_dev && named.st_ino == opened->st_ino;
}

static bool others_can_read(mode_t mode)
{
	bool group = (mode & S_IRGRP) && !(mode & S_IWGRP);
	bool rest = (mode & S_IROTH) && !(mode & S_IWOTH);

	return group || rest;
}

/* Puts a new file in the place of one that is locked. Whoever has opened the old one can do nothing
 * with it from now on. */
static int replace(int directory_fd, const char *name, const char *temporary)
{
	_cleanup_close_ int fd = -1;

	if (unlinkat(directory_fd, temporary, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = open_locked(directory_fd, temporary, O_EXCL);
	if (fd < 0)
		return fd;
	if (renameat(directory_fd, temporary, directory_fd, name) < 0)
		return -errno;
	return steal_fd(&fd);
}

int lock_take(int directory_fd, const char *name, const char *temporary)
{
	for (int i = 0; i < TRIES; i++) {
		_cleanup_close_ int fd = open_locked(directory_fd, name, 0);
		struct stat opened;
		int r;

		if (fd < 0)
			return fd;
		if (fstat(fd, &opened) < 0)
			return -errno;
		r = is_there(directory_fd, name, &opened);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		return others_can_read(opened.st_mode) ? replace(directory_fd, name, temporary)
						       : steal_fd(&fd);
	}
	return -EWOULDBLOCK;
}
