/* Reading somebody else's pack into memory. Nothing of it is written anywhere. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evidence/pack/pack.h"
#include "util/file.h"
#include "util/memory.h"

#define DEPTH_MAX 4
#define BLOCK_SIZE 65536

#define ZIP_END_SIZE 22 /* of a zip's last record, which has no comment */

struct reading {
	struct pack *pack;
	struct reason *reason;
	size_t size;	 /* of what was read so far */
	bool again;	 /* in another way: the files are compared with the pack's */
	size_t compared; /* how many were */
};

static int refuse_name(const struct reading *reading, const char *name)
{
	return reason_refuse(reading->reason, "it has a file that no pack has: %.100s", name);
}

/* Makes room for one more file, which stays where it is until the next one; NULL: it is refused. */
static struct buffer *begin_file(struct reading *reading, const char *name)
{
	struct pack *pack = reading->pack;
	struct buffer none = {0};

	if (!pack_name_is_fit(name)) {
		(void)refuse_name(reading, name);
		return NULL;
	}
	if (pack->count >= PACK_FILES_MAX) {
		(void)reason_refuse(reading->reason, "it has more than %d files", PACK_FILES_MAX);
		return NULL;
	}
	pack_add(pack, name, &none);
	return &pack->files[pack->count - 1].bytes;
}

static int refuse_size(const struct reading *reading)
{
	return reason_refuse(reading->reason, "it is larger than %d MB",
			     (int)(PACK_SIZE_MAX >> 20));
}

/* What an archive calls a file or, with a slash behind it, a folder; without the folder that holds
 * them all, whose own name is then "". NULL: it is refused. */
static const char *strip_folder(struct reading *reading, const char *path)
{
	const char *slash = path ? strchr(path, '/') : NULL;
	size_t length = slash ? (size_t)(slash - path) : 0;
	char *folder = reading->pack->folder;

	if (!slash || length == 0 || length >= PACK_NAME_SIZE) {
		(void)refuse_name(reading, path ? path : "");
		return NULL;
	}
	if (folder[0] == '\0')
		(void)snprintf(folder, PACK_NAME_SIZE, "%.*s", (int)length, path);
	if (strlen(folder) != length || strncmp(folder, path, length) != 0 ||
	    !pack_name_is_fit(folder)) {
		(void)refuse_name(reading, path);
		return NULL;
	}
	return slash + 1;
}

static int refuse_archive(const struct reading *reading, struct archive *archive)
{
	const char *why = archive_error_string(archive);

	return reason_refuse(reading->reason, "it is no tar or zip that can be read: %.200s",
			     why ? why : "");
}

static int read_data(struct reading *reading, struct archive *archive, struct buffer *bytes)
{
	char block[BLOCK_SIZE];
	la_ssize_t length;

	while ((length = archive_read_data(archive, block, sizeof(block))) > 0) {
		reading->size += (size_t)length;
		if (reading->size > PACK_SIZE_MAX)
			return refuse_size(reading);
		buffer_append(bytes, block, (size_t)length);
	}
	return length < 0 ? refuse_archive(reading, archive) : 0;
}

static int refuse_two_ways(const struct reading *reading)
{
	return reason_refuse(reading->reason, "other programs may find other files in it");
}

static int compare_file(struct reading *reading, struct archive *archive, const char *name)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	const struct pack_file *file = NULL;
	int r;

	if (reading->compared < reading->pack->count)
		file = &reading->pack->files[reading->compared++];
	if (!file || strcmp(file->name, name) != 0)
		return refuse_two_ways(reading);
	r = read_data(reading, archive, &bytes);
	if (r == 0 &&
	    (bytes.length != file->bytes.length ||
	     (bytes.length > 0 && memcmp(bytes.bytes, file->bytes.bytes, bytes.length) != 0)))
		return refuse_two_ways(reading);
	return r;
}

/* Nothing is made of a folder, but whoever unpacks the archive makes it. */
static int check_folder(const struct reading *reading, const char *path, const char *name)
{
	size_t length = strlen(name);
	_cleanup_free_ char *copy =
		xstrndup(name, length - (length > 0 && name[length - 1] == '/'));

	return length == 0 || pack_name_is_fit(copy) ? 0 : refuse_name(reading, path);
}

static int read_entry(struct reading *reading, struct archive *archive, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry), *name = strip_folder(reading, path);
	struct buffer *bytes;

	if (!name)
		return -EBADMSG;
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return check_folder(reading, path, name);
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
	    archive_entry_symlink(entry))
		return reason_refuse(reading->reason, "%.100s in it is not a plain file", path);
	if (reading->again)
		return compare_file(reading, archive, name);
	bytes = begin_file(reading, name);
	return bytes ? read_data(reading, archive, bytes) : -EBADMSG;
}

/* -ENOENT, without a sentence: it is no archive of that format. */
static int read_entries(struct reading *reading, struct archive *archive)
{
	struct archive_entry *entry;
	int r = 0, found;

	while (r == 0 && (found = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF) {
		if (found != ARCHIVE_OK && archive_format(archive) == 0)
			return -ENOENT;
		if (found != ARCHIVE_OK)
			return refuse_archive(reading, archive);
		r = read_entry(reading, archive, entry);
	}
	return r;
}

static size_t get_number(const unsigned char bytes[static 4])
{
	return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
	       (size_t)bytes[3] << 24;
}

/* Whether nothing stands before, between or behind a zip's three parts. */
static bool is_plain_zip(const struct buffer *bytes)
{
	const unsigned char *begin = (const unsigned char *)bytes->bytes, *end;

	if (bytes->length < ZIP_END_SIZE)
		return false;
	end = begin + bytes->length - ZIP_END_SIZE;
	return memcmp(begin, "PK\3\4", 4) == 0 && memcmp(end, "PK\5\6", 4) == 0 && end[20] == 0 &&
	       end[21] == 0 &&
	       get_number(end + 12) + get_number(end + 16) == bytes->length - ZIP_END_SIZE;
}

/* Whether only zeros stand behind what was read of a tar. */
static bool is_plain_tar(struct archive *archive, const struct buffer *bytes)
{
	la_int64_t position = archive_filter_bytes(archive, 0);

	for (size_t i = position < 0 ? 0 : (size_t)position; i < bytes->length; i++)
		if (bytes->bytes[i] != '\0')
			return false;
	return true;
}

static int read_format(struct reading *reading, int (*support)(struct archive *),
		       const struct buffer *bytes)
{
	struct archive *archive = archive_read_new();
	int r;

	if (!archive)
		out_of_memory();
	reading->size = 0;
	reading->compared = 0;
	if (support(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, bytes->bytes, bytes->length) != ARCHIVE_OK)
		r = archive_format(archive) == 0 ? -ENOENT : refuse_archive(reading, archive);
	else
		r = read_entries(reading, archive);
	if (r == 0 && reading->again && reading->compared != reading->pack->count)
		r = refuse_two_ways(reading);
	if (r == 0 && !(support == archive_read_support_format_tar ? is_plain_tar(archive, bytes)
								   : is_plain_zip(bytes)))
		r = refuse_two_ways(reading);
	(void)archive_read_free(archive);
	return r;
}

/* Some programs read a zip from its beginning, others from its end, and a tar may be a zip, too:
 * whichever somebody unpacks it with, they must get the files that were checked. */
static int read_formats(struct reading *reading, const struct buffer *bytes)
{
	static int (*const supports[])(struct archive *) = {
		archive_read_support_format_tar,
		archive_read_support_format_zip_seekable,
		archive_read_support_format_zip_streamable,
	};

	/* An empty file is neither. */
	for (size_t i = 0; bytes->bytes && i < sizeof(supports) / sizeof(supports[0]); i++) {
		int r = read_format(reading, supports[i], bytes);

		if (r < 0 && r != -ENOENT)
			return r;
		reading->again = reading->again || r == 0;
	}
	return reading->again
		       ? 0
		       : reason_refuse(reading->reason, "it is no tar or zip that can be read");
}

static int read_archive(struct reading *reading, const char *path)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = file_read_whole(AT_FDCWD, path, PACK_SIZE_MAX, &bytes);

	if (r == -EFBIG)
		return refuse_size(reading);
	if (r < 0)
		return reason_fail(reading->reason, r, "%s: %m", path);
	return read_formats(reading, &bytes);
}

static int read_file(struct reading *reading, int folder_fd, const char *file, const char *name)
{
	struct buffer *bytes = begin_file(reading, name);
	int r;

	if (!bytes)
		return -EBADMSG;
	r = file_read_whole(folder_fd, file, PACK_SIZE_MAX - reading->size, bytes);
	reading->size += bytes->length;
	if (r == -EFBIG)
		return refuse_size(reading);
	return r < 0 ? reason_fail(reading->reason, r, "%s: %m", name) : 0;
}

static int read_folder(struct reading *reading, int fd, const char *prefix, int depth);

static int read_member(struct reading *reading, int folder_fd, const char *prefix, const char *file,
		       int depth)
{
	char name[PACK_NAME_SIZE];
	struct stat attributes;
	int fd;

	if (snprintf(name, sizeof(name), "%s%s", prefix, file) >= (int)sizeof(name) ||
	    !pack_name_is_fit(name))
		return refuse_name(reading, file);
	if (fstatat(folder_fd, file, &attributes, AT_SYMLINK_NOFOLLOW) < 0)
		return reason_fail(reading->reason, -errno, "%s: %m", name);
	if (S_ISREG(attributes.st_mode))
		return read_file(reading, folder_fd, file, name);
	if (!S_ISDIR(attributes.st_mode) || depth >= DEPTH_MAX)
		return reason_refuse(reading->reason, "%.100s in it is not a plain file", name);
	fd = openat(folder_fd, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return reason_fail(reading->reason, -errno, "%s: %m", name);
	if (snprintf(name, sizeof(name), "%s%s/", prefix, file) >= (int)sizeof(name))
		name[0] = '\0';
	return read_folder(reading, fd, name, depth + 1);
}

/* Reads a folder that is open, and closes it. */
static int read_folder(struct reading *reading, int fd, const char *prefix, int depth)
{
	_cleanup_closedir_ DIR *directory = fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!directory) {
		r = -errno;
		(void)close(fd);
		return reason_fail(reading->reason, r, "%s: %m", prefix);
	}
	while (r == 0 && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = read_member(reading, fd, prefix, entry->d_name, depth);
	return r;
}

static int refuse_repeated(const struct reading *reading)
{
	const struct pack *pack = reading->pack;

	for (size_t i = 1; i < pack->count; i++)
		if (strcmp(pack->files[i].name, pack->files[i - 1].name) == 0)
			return reason_refuse(reading->reason, "%.100s is in it twice",
					     pack->files[i].name);
	return 0;
}

int pack_read(const char *path, struct reason *reason, struct pack *pack)
{
	struct reading reading = {.pack = pack, .reason = reason};
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	r = fd < 0 ? read_archive(&reading, path) : read_folder(&reading, fd, "", 0);
	pack_sort(pack);
	return r < 0 ? r : refuse_repeated(&reading);
}
