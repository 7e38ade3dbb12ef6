#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "common/cleanup.h"

#define READ_SIZE 65536

/* Descriptors that removing a folder may take. */
#define REMOVE_DESCRIPTORS 16

int file_find_name(char *path)
{
	return mkdtemp(path) && rmdir(path) == 0 ? 0 : -errno;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)position;
	/* A sandbox may forbid unlink() of a folder, with which remove() begins. */
	return type == FTW_DP ? rmdir(path) : remove(path);
}

bool file_exists(int directory_fd, const char *name)
{
	struct stat status;

	return fstatat(directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

int file_remove_tree(const char *path)
{
	return nftw(path, remove_one, REMOVE_DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0
		       ? 0
		       : -errno;
}

int file_write_all(int fd, const void *bytes, size_t length)
{
	const char *position = bytes;

	while (length > 0) {
		ssize_t written = write(fd, position, length);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		position += written;
		length -= (size_t)written;
	}
	return 0;
}

static int write_as(int directory_fd, const char *name, int flags, bool sync, const void *bytes,
		    size_t length)
{
	_cleanup_close_ int fd = openat(directory_fd, name,
					O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0644);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, length);
	if (r == 0 && sync && fsync(fd) < 0)
		r = -errno;
	/* A full disk can show itself at close only (NFS). */
	if (close(steal_fd(&fd)) < 0 && r == 0)
		r = -errno;
	return r;
}

int file_write_whole(int directory_fd, const char *name, const void *bytes, size_t length)
{
	return write_as(directory_fd, name, O_TRUNC, true, bytes, length);
}

int file_write_new(int directory_fd, const char *name, bool sync, const void *bytes, size_t length)
{
	return write_as(directory_fd, name, O_EXCL, sync, bytes, length);
}

int file_replace(int directory_fd, const char *name, const char *temporary, const void *bytes,
		 size_t length)
{
	int r = file_write_whole(directory_fd, temporary, bytes, length);

	if (r == 0 && renameat(directory_fd, temporary, directory_fd, name) < 0)
		r = -errno;
	/* On a full disk its bytes are missed. */
	if (r < 0)
		(void)unlinkat(directory_fd, temporary, 0);
	return r;
}

int file_read_whole(int directory_fd, const char *name, size_t limit, struct buffer *bytes)
{
	/* Opening a pipe would wait for a writer. */
	_cleanup_close_ int fd =
		openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char piece[READ_SIZE];
	struct stat attributes;
	ssize_t length;

	if (fd < 0 || fstat(fd, &attributes) < 0)
		return -errno;
	if (!S_ISREG(attributes.st_mode))
		return -ENXIO;
	while ((length = read(fd, piece, sizeof(piece))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		if (bytes->length + (size_t)length > limit)
			return -EFBIG;
		buffer_append(bytes, piece, (size_t)length);
	}
	return 0;
}

int file_copy(int directory_fd, const char *from, const char *to)
{
	_cleanup_close_ int source =
		openat(directory_fd, from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_close_ int target = -1;
	struct stat status;
	off_t left;

	if (source < 0 || fstat(source, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -ENXIO;
	target = openat(directory_fd, to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0644);
	if (target < 0)
		return -errno;
	if (ioctl(target, FICLONE, source) == 0)
		return 0;
	for (left = status.st_size; left > 0;) {
		ssize_t copied = copy_file_range(source, NULL, target, NULL, (size_t)left, 0);

		/* An older kernel, the filter of a container, or a file system that can't. */
		if (copied < 0 && errno != EINTR)
			copied = sendfile(target, source, NULL, (size_t)left);
		if (copied < 0 && errno == EINTR)
			continue;
		if (copied <= 0)
			return copied < 0 ? -errno : -EIO;
		left -= copied;
	}
	return 0;
}
