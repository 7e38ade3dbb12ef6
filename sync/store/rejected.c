#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "util/file.h"
#include "common/log.h"
#include "store/directory.h"

#define REJECTED_KEPT 10

/* Removes the oldest refused publications until there is room for one more. Where somebody put very
 * many there, some of them: each time all are looked at. */
static void make_room(int rejected_fd)
{
	for (int i = 0; i < REJECTED_KEPT; i++) {
		_cleanup_closedir_ DIR *directory = NULL;
		char oldest[NAME_MAX + 1] = "";
		struct timespec oldest_time = {0};
		int fd = openat(rejected_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		size_t count = 0;

		directory = fd < 0 ? NULL : fdopendir(fd);
		if (!directory) {
			if (fd >= 0)
				(void)close(fd);
			return;
		}
		for (struct dirent *entry; (entry = readdir(directory));) {
			struct stat status;

			if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
			    !S_ISREG(status.st_mode))
				continue;
			count++;
			if (oldest[0] == '\0' || status.st_mtim.tv_sec < oldest_time.tv_sec) {
				oldest_time = status.st_mtim;
				(void)snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
			}
		}
		if (count < REJECTED_KEPT || unlinkat(rejected_fd, oldest, 0) < 0)
			return;
	}
}

int store_directory_keep_rejected(struct store_directory *store, const char *sha256,
				  const void *bytes, size_t length, char name[static 96])
{
	_cleanup_close_ int fd = -1;
	struct stat kept;
	int r;

	if (mkdirat(store->fd, STORE_REJECTED, 0700) < 0 && errno != EEXIST)
		return log_error_errno(-errno, "%s/" STORE_REJECTED ": %m", store->path);
	fd = openat(store->fd, STORE_REJECTED, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return log_error_errno(-errno, "%s/" STORE_REJECTED ": %m", store->path);
	/* Somebody else may have made it, and refused bytes are the owner's alone. */
	if (fstat(fd, &kept) < 0 || ((kept.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0))
		return log_error_errno(-errno, "%s/" STORE_REJECTED ": %m", store->path);
	(void)snprintf(name, 96, STORE_REJECTED "/%.64s", sha256);
	if (fstatat(store->fd, name, &kept, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	make_room(fd);
	r = file_write_whole(fd, "new", bytes, length);
	if (r == 0 && renameat(fd, "new", store->fd, name) < 0)
		r = -errno;
	if (r < 0)
		return log_error_errno(r, "%s/%s: cannot keep the refused publication: %m",
				       store->path, name);
	return 0;
}
