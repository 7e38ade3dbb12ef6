/*
 * Preloaded: counts the calls that change what is below a directory, and makes
 * the n-th of them fail, or the process die before it.
 *
 *   FAULT_BELOW   the directory's absolute path; nothing else counts
 *   FAULT_AT      n, from 1; 0 only counts
 *   FAULT_HOW     kill: SIGKILL; enospc: as on a full disk, from the n-th call on;
 *                 eio: that one call
 *   FAULT_LOG     a file that receives the name of each call that counts, a line each
 *
 * SQLite's calls go through the same symbols: a test compares the log with strace's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/fs.h>

static atomic_long count;

static bool is_below(const char *path)
{
	const char *below = getenv("FAULT_BELOW");
	size_t length = below ? strlen(below) : 0;

	return length > 0 && strncmp(path, below, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

static bool fd_counts(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t length;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return is_below(path);
}

static bool path_counts(int directory_fd, const char *path)
{
	return path[0] == '/' || directory_fd == AT_FDCWD ? is_below(path)
							  : fd_counts(directory_fd);
}

static void tell(const char *name)
{
	const char *path = getenv("FAULT_LOG");
	char line[64];
	int length = snprintf(line, sizeof(line), "%s\n", name);
	/* Not through the functions below. */
	int fd =
		path ? (int)syscall(SYS_open, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
		     : -1;

	if (fd >= 0)
		(void)syscall(SYS_write, fd, line, length);
	(void)close(fd);
}

/* Whether the call that is about to be made has to fail; needs_room: a full disk refuses it. */
static bool must_fail(const char *name, bool counts, bool needs_room)
{
	const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");
	long wanted = at ? strtol(at, NULL, 10) : 0, mine;

	if (!counts || !how)
		return false;
	tell(name);
	mine = atomic_fetch_add(&count, 1) + 1;
	if (wanted <= 0 || mine < wanted)
		return false;
	if (strcmp(how, "kill") == 0)
		(void)kill(getpid(), SIGKILL);
	errno = strcmp(how, "enospc") == 0 ? ENOSPC : EIO;
	return errno == ENOSPC ? needs_room : mine == wanted;
}

/* The next library's function of that name. */
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

#define ON_FD(type, name, room, parameters, ...) \
	type name parameters \
	{ \
		if (must_fail(#name, fd_counts(fd), room)) \
			return -1; \
		return NEXT(name)(__VA_ARGS__); \
	}

ON_FD(ssize_t, write, true, (int fd, const void *bytes, size_t size), fd, bytes, size)
ON_FD(ssize_t, pwrite, true, (int fd, const void *bytes, size_t size, off_t at), fd, bytes, size,
      at)
ON_FD(ssize_t, pwrite64, true, (int fd, const void *bytes, size_t size, off64_t at), fd, bytes,
      size, at)
ON_FD(int, fsync, true, (int fd), fd)
ON_FD(int, syncfs, true, (int fd), fd)
ON_FD(int, fdatasync, true, (int fd), fd)
ON_FD(int, ftruncate, false, (int fd, off_t size), fd, size)
ON_FD(int, ftruncate64, false, (int fd, off64_t size), fd, size)
ON_FD(int, fallocate, true, (int fd, int mode, off_t at, off_t size), fd, mode, at, size)

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size,
			unsigned flags)
{
	if (must_fail("copy_file_range", fd_counts(to), true))
		return -1;
	return NEXT(copy_file_range)(from, from_at, to, to_at, size, flags);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request == FICLONE && must_fail("ioctl", fd_counts(fd), true))
		return -1;
	return NEXT(ioctl)(fd, request, argument);
}

#define ON_PATH(name, room, parameters, directory, path, ...) \
	int name parameters \
	{ \
		if (must_fail(#name, path_counts(directory, path), room)) \
			return -1; \
		return NEXT(name)(__VA_ARGS__); \
	}

ON_PATH(rename, true, (const char *from, const char *to), AT_FDCWD, to, from, to)
ON_PATH(renameat, true, (int from_fd, const char *from, int to_fd, const char *to), to_fd, to,
	from_fd, from, to_fd, to)
ON_PATH(unlink, false, (const char *path), AT_FDCWD, path, path)
ON_PATH(unlinkat, false, (int fd, const char *path, int flags), fd, path, fd, path, flags)
ON_PATH(symlinkat, true, (const char *target, int fd, const char *path), fd, path, target, fd, path)
ON_PATH(utimensat, false, (int fd, const char *path, const struct timespec times[2], int flags), fd,
	path, fd, path, times, flags)
ON_PATH(mkdir, true, (const char *path, mode_t mode), AT_FDCWD, path, path, mode)
ON_PATH(mkdirat, true, (int fd, const char *path, mode_t mode), fd, path, fd, path, mode)

/* Opening to write; a full disk refuses a new file alone. */
#define ON_OPEN(name, parameters, directory, ...) \
	int name parameters \
	{ \
		mode_t mode = 0; \
\
		if (flags & (O_CREAT | __O_TMPFILE)) { \
			va_list arguments; \
\
			va_start(arguments, flags); \
			mode = va_arg(arguments, mode_t); \
			va_end(arguments); \
		} \
		if ((flags & O_ACCMODE) != O_RDONLY && \
		    must_fail(#name, path_counts(directory, path), (flags & O_CREAT) != 0)) \
			return -1; \
		return NEXT(name)(__VA_ARGS__, mode); \
	}

ON_OPEN(open, (const char *path, int flags, ...), AT_FDCWD, path, flags)
ON_OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, path, flags)
ON_OPEN(openat, (int fd, const char *path, int flags, ...), fd, fd, path, flags)
ON_OPEN(openat64, (int fd, const char *path, int flags, ...), fd, fd, path, flags)
