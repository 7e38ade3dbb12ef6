#include "render/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "store.h"
#include "store/database.h"
#include "util/file.h"
#include "util/memory.h"

/* What an export is called before it is whole: behind the directory's name. */
#define FRESH_MARK ".part-"
#define FRESH_RANDOM "XXXXXX"

/* 1 when it is, 0 when something is in it, -ENOENT, -ENOTDIR … */
static int is_empty_directory(const char *path)
{
	_cleanup_closedir_ DIR *directory = opendir(path);

	if (!directory)
		return -errno;
	for (struct dirent *entry; (entry = readdir(directory));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return 0;
	return 1;
}

/* The uuid of the store that an export is of; "" where there is none. */
static void read_uuid(const char *output, char *uuid, size_t size)
{
	_cleanup_close_ int directory_fd = open(output, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int fd = -1;
	ssize_t length = -1;

	if (directory_fd >= 0)
		fd = store_open_file(directory_fd, ".registry/uuid");
	if (fd >= 0)
		length = read(fd, uuid, size - 1);
	uuid[length < 0 ? 0 : length] = '\0';
	uuid[strcspn(uuid, "\n")] = '\0';
}

/* Whether what is there may go: nothing, an empty directory, or an export of this very store. */
static int check_replaceable(sqlite3 *database, const char *output)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char uuid[64] = "";
	int r;

	r = is_empty_directory(output);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(r, "%s: cannot be replaced: %m", output);
	if (r != 0)
		return 0;
	r = database_prepare(database, "SELECT uuid FROM store", &row);
	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	read_uuid(output, uuid, sizeof(uuid));
	if (uuid[0] == '\0' || strcmp(uuid, database_text(row, 0)) != 0)
		return log_error_errno(
			-EEXIST,
			"%s is there already and is not an export of this store; give another directory, or remove it",
			output);
	return 0;
}

/* 1 when a directory is the store or below it, 0 when not. */
static int is_within_store(const struct store_directory *store, int directory_fd)
{
	_cleanup_close_ int fd = openat(directory_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat wanted, here, above;

	if (fd < 0 || fstat(store->fd, &wanted) < 0 || fstat(fd, &here) < 0)
		return -errno;
	for (;;) {
		int parent;

		if (here.st_dev == wanted.st_dev && here.st_ino == wanted.st_ino)
			return 1;
		parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (parent < 0)
			return -errno;
		(void)close(fd);
		fd = parent;
		if (fstat(fd, &above) < 0)
			return -errno;
		if (above.st_dev == here.st_dev && above.st_ino == here.st_ino)
			return 0;
		here = above;
	}
}

/* A tree within the store would be swept away, or would confuse the store. */
int output_check_outside(const struct store_directory *store, const char *output)
{
	_cleanup_free_ char *path = xstrdup(output);
	_cleanup_close_ int fd = open(dirname(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : is_within_store(store, fd);

	if (r < 0)
		return log_error_errno(r, "%s: cannot be made: %m", output);
	if (r > 0)
		return log_error_errno(
			-EINVAL, "%s is within the store; give a directory elsewhere", output);
	return 0;
}

/* In two steps, where the kernel or the file system can't exchange two names. */
static int replace(const char *fresh, const char *output)
{
	_cleanup_free_ char *old = xasprintf("%s.old", fresh);
	int r;

	if (rename(output, old) < 0)
		return -errno;
	if (rename(fresh, output) == 0)
		return rename(old, fresh) < 0 ? -errno : 0;
	r = -errno;
	(void)rename(old, output);
	return r;
}

/* Puts the new tree in the old one's place, in one step where that is possible. Returns 1 when the
 * old one has the new one's name now, 0 when there was none, or -errno. */
static int exchange(const char *fresh, const char *output)
{
	int r = 0;

	if (rename(fresh, output) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -errno;
	if (syscall(SYS_renameat2, AT_FDCWD, fresh, AT_FDCWD, output, RENAME_EXCHANGE) < 0)
		r = replace(fresh, output);
	return r < 0 ? r : 1;
}

/* The old tree is removed when the new one's name is on disk. */
static int put_in_place(const char *fresh, const char *output)
{
	_cleanup_free_ char *path = xstrdup(output);
	_cleanup_close_ int above = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (above < 0)
		return -errno;
	r = exchange(fresh, output);
	if (r < 0)
		return r;
	if (fsync(above) == 0)
		return r > 0 ? file_remove_tree(fresh) : 0;
	r = -errno;
	/* The caller removes the new tree. */
	(void)exchange(output, fresh);
	return r;
}

int output_check(const struct store_directory *store, sqlite3 *database, const char *output)
{
	int r = output_check_outside(store, output);

	return r < 0 ? r : check_replaceable(database, output);
}

/* Makes a directory of a new name, for all to read; the sandbox forbids to change a mode later. It
 * is locked while it is filled, which tells it from what a killed export left. */
static int make_fresh(char *name, int *fd)
{
	int r = file_find_name(name);

	if (r < 0 || mkdir(name, 0755) < 0)
		return r < 0 ? r : -errno;
	*fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 || flock(*fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

static bool is_abandoned(int above_fd, const char *name)
{
	_cleanup_close_ int fd =
		openat(above_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* Removes what exports to this place left that were killed; with the trees that two of them were
 * about to exchange only when there is a new one. What can't be removed stays. */
static void sweep(const char *output, bool exchanged)
{
	_cleanup_free_ char *above_copy = xstrdup(output), *name_copy = xstrdup(output);
	const char *above = dirname(above_copy);
	_cleanup_free_ char *prefix = xasprintf("%s" FRESH_MARK, basename(name_copy));
	_cleanup_closedir_ DIR *directory = opendir(above);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		_cleanup_free_ char *path = NULL;
		size_t length = strlen(prefix);

		if (strncmp(entry->d_name, prefix, length) != 0 ||
		    (strlen(entry->d_name) != length + strlen(FRESH_RANDOM) && !exchanged) ||
		    !is_abandoned(dirfd(directory), entry->d_name))
			continue;
		path = xasprintf("%s/%s", above, entry->d_name);
		if (file_remove_tree(path) == 0)
			log_info("%s: removed what an export left that was killed", path);
	}
}

/* All at once onto the disk: a file system is quicker at that than at thousands of files one by
 * one. */
static int fill(int fd, output_writer *write, const void *context)
{
	int r = write(context, fd);

	if (r == 0 && syncfs(fd) < 0)
		r = -errno;
	return r;
}

int output_replace(const char *output, output_writer *write, const void *context)
{
	size_t length = strlen(output);
	_cleanup_free_ char *fresh = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	length -= length > 1 && output[length - 1] == '/';
	sweep(output, false);
	fresh = xasprintf("%.*s" FRESH_MARK FRESH_RANDOM, (int)length, output);
	r = make_fresh(fresh, &fd);
	if (r < 0)
		return log_error_errno(r, "%s: cannot be made: %m", output);
	r = fill(fd, write, context);
	if (r == 0)
		r = put_in_place(fresh, output);
	if (r == 0) {
		sweep(output, true);
		return 0;
	}
	(void)file_remove_tree(fresh);
	return log_error_errno(r, "%s: the export failed: %m", output);
}
