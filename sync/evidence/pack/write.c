/* Packs on the disk: a folder, a tar or a zip. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/log.h"
#include "common/timestamp.h"
#include "evidence/pack/pack.h"
#include "util/file.h"
#include "util/memory.h"

/* What it is called before it is whole. */
#define FRESH_MARK ".part-XXXXXX"

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), end = strlen(ending);

	return length > end && strcasecmp(path + length - end, ending) == 0;
}

static ssize_t append(struct archive *archive, void *context, const void *bytes, size_t length)
{
	(void)archive;
	buffer_append(context, bytes, length);
	return (ssize_t)length;
}

static int put_entry(struct archive *archive, struct archive_entry *entry, const struct pack *pack,
		     const struct pack_file *file)
{
	_cleanup_free_ char *name = xasprintf("%s/%s", pack->folder, file->name);

	archive_entry_clear(entry);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)file->bytes.length);
	archive_entry_set_mtime(entry, pack->time / 1000, 0);
	if (archive_write_header(archive, entry) != ARCHIVE_OK)
		return -EIO;
	if (archive_write_data(archive, file->bytes.bytes, file->bytes.length) !=
	    (la_ssize_t)file->bytes.length)
		return -EIO;
	return archive_write_finish_entry(archive) == ARCHIVE_OK ? 0 : -EIO;
}

static int put_entries(struct archive *archive, const struct pack *pack)
{
	struct archive_entry *entry = archive_entry_new();
	int r = 0;

	if (!entry)
		out_of_memory();
	for (size_t i = 0; r == 0 && i < pack->count; i++)
		r = put_entry(archive, entry, pack, &pack->files[i]);
	archive_entry_free(entry);
	return r;
}

static int make_archive(const struct pack *pack, bool zip, struct buffer *bytes)
{
	struct archive *archive = archive_write_new();
	const char *why;
	int r = -EIO;

	if (!archive)
		out_of_memory();
	if ((zip ? archive_write_set_format_zip(archive)
		 : archive_write_set_format_ustar(archive)) == ARCHIVE_OK &&
	    /* A zip ends with its last record, not with zeros that fill a block as a tar's do. */
	    archive_write_set_bytes_in_last_block(archive, zip ? 1 : 0) == ARCHIVE_OK &&
	    archive_write_open2(archive, bytes, NULL, append, NULL, NULL) == ARCHIVE_OK)
		r = put_entries(archive, pack);
	if (r == 0 && archive_write_close(archive) != ARCHIVE_OK)
		r = -EIO;
	why = archive_error_string(archive);
	if (r < 0)
		log_error("the archive can't be made: %s", why ? why : "");
	(void)archive_write_free(archive);
	return r;
}

/* Makes the folders that a file is in. */
static int make_folders(int fd, const char *name)
{
	char path[PACK_NAME_SIZE];

	(void)snprintf(path, sizeof(path), "%s", name);
	for (char *slash = path; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (mkdirat(fd, path, 0755) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int set_time(int fd, const char *name, const struct pack *pack)
{
	struct timespec times[2] = {{.tv_sec = pack->time / 1000}, {.tv_sec = pack->time / 1000}};

	return utimensat(fd, name, times, 0) < 0 ? -errno : 0;
}

/* All at once onto the disk: a file system is quicker at that than at thousands of files one by
 * one. */
static int fill_folder(const struct pack *pack, const char *path)
{
	_cleanup_close_ int fd = -1;
	int r = 0;

	if (mkdir(path, 0755) < 0)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (size_t i = 0; r == 0 && i < pack->count; i++) {
		const struct pack_file *file = &pack->files[i];

		r = make_folders(fd, file->name);
		if (r == 0)
			r = file_write_new(fd, file->name, false, file->bytes.bytes,
					   file->bytes.length);
		if (r == 0)
			r = set_time(fd, file->name, pack);
	}
	return r < 0 || syncfs(fd) == 0 ? r : -errno;
}

/* Gives it its name, which nothing has, also where the file system or the kernel can't promise
 * that. EPERM: a container's filter that knows no such call. */
static int rename_new(const char *fresh, const char *path)
{
	if (syscall(SYS_renameat2, AT_FDCWD, fresh, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EPERM)
		return -errno;
	if (file_exists(AT_FDCWD, path))
		return -EEXIST;
	return rename(fresh, path) < 0 ? -errno : 0;
}

/* What can't be brought onto the disk has its former name again, by which the caller removes it. */
static int put_in_place(const char *fresh, const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);
	_cleanup_close_ int above = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (above < 0)
		return -errno;
	r = rename_new(fresh, path);
	if (r < 0 || fsync(above) == 0)
		return r;
	r = -errno;
	(void)rename(path, fresh);
	return r;
}

static int fill(const struct pack *pack, const char *path, const char *fresh)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	bool zip = ends_in(path, ".zip");
	int r;

	if (!zip && !ends_in(path, ".tar"))
		return fill_folder(pack, fresh);
	r = make_archive(pack, zip, &bytes);
	return r < 0 ? r : file_write_new(AT_FDCWD, fresh, true, bytes.bytes, bytes.length);
}

int pack_write(const struct pack *pack, const char *path)
{
	size_t length = strlen(path);
	_cleanup_free_ char *whole = NULL, *fresh = NULL;
	int r;

	while (length > 1 && path[length - 1] == '/')
		length--;
	whole = xasprintf("%.*s", (int)length, path);
	fresh = xasprintf("%s" FRESH_MARK, whole);
	if (file_exists(AT_FDCWD, whole))
		return log_error_errno(-EEXIST, "%s is there already; a pack replaces nothing",
				       whole);
	r = file_find_name(fresh);
	if (r < 0)
		return log_error_errno(r, "%s: cannot be made: %m", whole);
	r = fill(pack, whole, fresh);
	if (r == 0)
		r = put_in_place(fresh, whole);
	if (r == 0)
		return 0;
	(void)file_remove_tree(fresh);
	return log_error_errno(r, "%s: cannot be written: %m", whole);
}
