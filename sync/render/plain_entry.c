#include "render/plain_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "store.h"
#include "util/file.h"

void plain_times(struct timespec times[static 2], int64_t mtime)
{
	times[0].tv_sec = floor_divide(mtime, 1000 * 1000 * 1000);
	times[0].tv_nsec = mtime - times[0].tv_sec * 1000 * 1000 * 1000;
	times[1] = times[0];
}

int plain_set_mtime(int directory_fd, const char *name, int64_t mtime)
{
	struct timespec times[2];

	plain_times(times, mtime);
	return utimensat(directory_fd, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

/* A store may be somebody else's: a name or a link that leads out of the tree ends the export. */
static int check_name(const char *name)
{
	if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && name[0] != '\0' &&
	    !strchr(name, '/') && strlen(name) <= STORE_NAME_MAX)
		return 0;
	return log_error_errno(
		-EBADMSG,
		"the store has '%s' as a name; it isn't as ismap-sync makes it, see 'ismap-sync verify'",
		name);
}

/* A link climbs to the root of its tree at most, and nowhere but at its beginning. */
static int check_link(int depth, const char *path)
{
	static const char up[] = "../";
	const char *rest = path;

	for (; depth > 0 && strncmp(rest, up, strlen(up)) == 0; depth--)
		rest += strlen(up);
	if (rest[0] != '/' && rest[0] != '\0' && strcmp(rest, "..") != 0 &&
	    strncmp(rest, up, strlen(up)) != 0 && !strstr(rest, "/../") &&
	    (strlen(rest) < 3 || strcmp(rest + strlen(rest) - 3, "/..") != 0))
		return 0;
	return log_error_errno(
		-EBADMSG,
		"the store has a link to '%s', out of the tree; it isn't as ismap-sync makes it, see 'ismap-sync verify'",
		path);
}

int plain_file_make(int directory_fd, const char *name, int *fd)
{
	int r = check_name(name);

	if (r < 0)
		return r;
	*fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		     0644);
	return *fd < 0 ? -errno : 0;
}

int plain_file_write(int directory_fd, const char *name, const void *bytes, size_t length,
		     int64_t mtime)
{
	_cleanup_close_ int fd = -1;
	int r = plain_file_make(directory_fd, name, &fd);

	if (r == 0)
		r = file_write_all(fd, bytes, length);
	if (r == 0)
		r = plain_set_mtime(directory_fd, name, mtime);
	return r < 0 ? log_error_errno(r, "writing %s: %m", name) : 0;
}

int plain_link_make(int directory_fd, int depth, const char *name, const char *path, int64_t mtime)
{
	int r = check_name(name);

	if (r == 0)
		r = check_link(depth, path);
	if (r < 0)
		return r;
	r = symlinkat(path, directory_fd, name) < 0 ? -errno : 0;
	if (r == 0)
		r = plain_set_mtime(directory_fd, name, mtime);
	return r < 0 ? log_error_errno(r, "writing the link %s: %m", name) : 0;
}

int plain_directory_make(int directory_fd, const char *name, int *fd)
{
	int r = check_name(name);

	if (r < 0)
		return r;
	if (mkdirat(directory_fd, name, 0755) < 0)
		return log_error_errno(-errno, "making %s: %m", name);
	*fd = openat(directory_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return *fd < 0 ? log_error_errno(-errno, "opening %s: %m", name) : 0;
}
