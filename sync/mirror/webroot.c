#include "mirror/webroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "util/file.h"
#include "util/lock.h"
#include "common/log.h"
#include "common/timestamp.h"

#define OBJECTS "objects"
#define SIGNATURES "signatures"

/* Where a file is written before it is renamed. */
#define TEMPORARY ".publish.new"

#define LOCK ".publish.lock"
#define LOCK_TEMPORARY ".publish.lock.new"

static int fail(const struct webroot *webroot, int error, const char *name)
{
	return log_error_errno(error, "%s/%s: cannot write: %m", webroot->path, name);
}

static int take_lock(struct webroot *webroot)
{
	int r = lock_take(webroot->fd, LOCK, LOCK_TEMPORARY);

	webroot->lock_fd = r;
	if (r == -EWOULDBLOCK)
		return log_error_errno(
			r,
			"%s is locked: another 'ismap-sync publish' is writing it; try again later",
			webroot->path);
	return r < 0 ? fail(webroot, r, LOCK) : 0;
}

int webroot_open(struct webroot *webroot, const char *path)
{
	int r;

	webroot->path = path;
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return log_error_errno(-errno, "%s: cannot make the directory: %m", path);
	webroot->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (webroot->fd < 0)
		return log_error_errno(-errno, "%s: cannot open the directory: %m", path);
	r = take_lock(webroot);
	if (r < 0)
		return r;
	if (mkdirat(webroot->fd, OBJECTS, 0755) < 0 && errno != EEXIST)
		return fail(webroot, -errno, OBJECTS);
	if (mkdirat(webroot->fd, SIGNATURES, 0755) < 0 && errno != EEXIST)
		return fail(webroot, -errno, SIGNATURES);
	(void)unlinkat(webroot->fd, TEMPORARY, 0);
	return 0;
}

void webroot_close(struct webroot *webroot)
{
	if (webroot->lock_fd >= 0) {
		(void)unlinkat(webroot->fd, LOCK, 0);
		(void)close(steal_fd(&webroot->lock_fd));
	}
	if (webroot->fd >= 0)
		(void)close(steal_fd(&webroot->fd));
}

int webroot_read(const struct webroot *webroot, const char *name, size_t limit,
		 struct buffer *bytes)
{
	int r = file_read_whole(webroot->fd, name, limit, bytes);

	if (r == -EFBIG)
		return log_error_errno(r, "%s/%s is too large", webroot->path, name);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(r, "%s/%s: cannot read: %m", webroot->path, name);
	return r;
}

bool webroot_has(const struct webroot *webroot, const struct head_file *object)
{
	_cleanup_buffer_ struct buffer present = {0};
	char path[HEAD_PATH_SIZE], sum[CHECKSUM_TEXT_SIZE];

	head_object_path(object->sha256, path);
	if (file_read_whole(webroot->fd, path, object->size, &present) < 0)
		return false;
	checksum(present.bytes ? present.bytes : "", present.length, sum);
	return strcmp(sum, object->sha256) == 0;
}

static bool is_the_same(const struct webroot *webroot, const char *name, const void *bytes,
			size_t length)
{
	_cleanup_buffer_ struct buffer present = {0};
	struct stat attributes;

	return fstatat(webroot->fd, name, &attributes, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(attributes.st_mode) && (uint64_t)attributes.st_size == length &&
	       webroot_read(webroot, name, length, &present) == 0 && present.length == length &&
	       (length == 0 || memcmp(present.bytes, bytes, length) == 0);
}

/* Writes a file whole, unless it is there with these bytes. The caller syncs its folder. */
static int put(const struct webroot *webroot, const char *name, const void *bytes, size_t length)
{
	int r;

	if (is_the_same(webroot, name, bytes, length))
		return 0;
	r = file_replace(webroot->fd, name, TEMPORARY, bytes, length);
	return r < 0 ? fail(webroot, r, name) : 0;
}

/* A rename is on disk only when its folder is. That also goes for files that were there already:
 * the run that wrote them may have been killed before it synced. */
static int sync_folder(const struct webroot *webroot, const char *folder)
{
	_cleanup_close_ int fd = openat(webroot->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? fail(webroot, -errno, folder) : 0;
}

int webroot_put_object(const struct webroot *webroot, struct span bytes, struct head_file *object)
{
	char path[HEAD_PATH_SIZE];

	checksum(bytes.bytes, bytes.length, object->sha256);
	object->size = bytes.length;
	head_object_path(object->sha256, path);
	return put(webroot, path, bytes.bytes, bytes.length);
}

/* Sets a file's mtime to now, the time at which the head stopped naming it. */
static void give_up(const struct webroot *webroot, const char *path)
{
	(void)utimensat(webroot->fd, path, NULL, AT_SYMLINK_NOFOLLOW);
}

static bool head_names(const struct head *head, const char *sha256)
{
	const struct head_file *object;

	for (size_t i = 0; (object = head_object(head, i)); i++)
		if (strcmp(object->sha256, sha256) == 0)
			return true;
	return false;
}

/* The objects that only the old head names. */
static void give_up_objects(const struct webroot *webroot, const struct head *old,
			    const struct head *head)
{
	const struct head_file *object;
	char path[HEAD_PATH_SIZE];

	for (size_t i = 0; (object = head_object(old, i)); i++) {
		if (head_names(head, object->sha256))
			continue;
		head_object_path(object->sha256, path);
		give_up(webroot, path);
	}
}

/* Gives up the signature of the current head, unless the new head has the same one. */
static int give_up_signature(const struct webroot *webroot, const char *new_path)
{
	_cleanup_buffer_ struct buffer text = {0};
	char sum[CHECKSUM_TEXT_SIZE], path[HEAD_PATH_SIZE];
	int r = webroot_read(webroot, HEAD_FILE_NAME, HEAD_SIZE_MAX, &text);

	if (r == -ENOENT || r == -EFBIG)
		return 0;
	if (r < 0)
		return r;
	checksum(text.bytes ? text.bytes : "", text.length, sum);
	head_signature_path(sum, path);
	if (strcmp(path, new_path) != 0)
		give_up(webroot, path);
	return 0;
}

int webroot_switch(const struct webroot *webroot, struct span head_text, struct span signature,
		   const struct head *head, const struct head *old)
{
	char sum[CHECKSUM_TEXT_SIZE], path[HEAD_PATH_SIZE];
	int r;

	checksum(head_text.bytes, head_text.length, sum);
	head_signature_path(sum, path);
	r = put(webroot, path, signature.bytes, signature.length);
	if (r < 0)
		return r;
	if (sync_folder(webroot, OBJECTS) < 0 || sync_folder(webroot, SIGNATURES) < 0)
		return -EIO;
	/* Before the head is replaced: a run that is killed in between only keeps files longer. */
	r = give_up_signature(webroot, path);
	if (r < 0)
		return r;
	if (old)
		give_up_objects(webroot, old, head);
	r = put(webroot, HEAD_SIGNATURE_FILE_NAME, signature.bytes, signature.length);
	if (r < 0)
		return r;
	r = put(webroot, HEAD_FILE_NAME, head_text.bytes, head_text.length);
	return r < 0 ? r : sync_folder(webroot, ".");
}

void webroot_forsake(const struct webroot *webroot, struct span head_text, const struct head *head,
		     const struct head *old)
{
	const struct head_file *object;
	char path[HEAD_PATH_SIZE];

	if (is_the_same(webroot, HEAD_FILE_NAME, head_text.bytes, head_text.length))
		return;
	for (size_t i = 0; (object = head_object(head, i)); i++) {
		if (object->sha256[0] == '\0' || (old && head_names(old, object->sha256)))
			continue;
		head_object_path(object->sha256, path);
		(void)unlinkat(webroot->fd, path, 0);
	}
}

/* Whether a name is one of ours: a checksum and what follows it. */
static bool is_ours(const char *name, const char *suffix)
{
	return strspn(name, "0123456789abcdef") == CHECKSUM_TEXT_SIZE - 1 &&
	       strcmp(name + CHECKSUM_TEXT_SIZE - 1, suffix) == 0;
}

/* Removes a folder's files that aren't kept and were given up before a time, ms. */
static void collect_folder(const struct webroot *webroot, const char *folder, const char *suffix,
			   bool (*kept)(const void *context, const char *sha256),
			   const void *context, int64_t before)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(webroot->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	directory = fdopendir(fd);
	if (!directory) {
		(void)close(fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char sha256[CHECKSUM_TEXT_SIZE];
		struct stat attributes;

		if (!is_ours(entry->d_name, suffix))
			continue;
		(void)snprintf(sha256, sizeof(sha256), "%.64s", entry->d_name);
		if (kept(context, sha256) ||
		    fstatat(fd, entry->d_name, &attributes, AT_SYMLINK_NOFOLLOW) < 0 ||
		    (int64_t)attributes.st_mtim.tv_sec * 1000 >= before)
			continue;
		(void)unlinkat(fd, entry->d_name, 0);
	}
}

static bool keeps_object(const void *context, const char *sha256)
{
	return head_names(context, sha256);
}

static bool keeps_signature(const void *context, const char *sha256)
{
	return strcmp(context, sha256) == 0;
}

void webroot_collect(const struct webroot *webroot, struct span head_text, const struct head *head,
		     int64_t grace)
{
	int64_t before = timestamp_now() - grace;
	char sum[CHECKSUM_TEXT_SIZE];

	collect_folder(webroot, OBJECTS, "", keeps_object, head, before);
	checksum(head_text.bytes, head_text.length, sum);
	collect_folder(webroot, SIGNATURES, ".minisig", keeps_signature, sum, before);
}
