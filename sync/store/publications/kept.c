#include "store/publications/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "store/publications/frame.h"
#include "store_limits.h"
#include "util/file.h"

#define NAME_SIZE 64 /* `publications/<n>.zst`, with its NUL */
#define NEW STORE_PUBLICATIONS "/new"

static void name_of(int64_t number, char name[static NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, STORE_PUBLICATIONS "/%lld.zst", (long long)number);
}

static int unpack_one(int store_fd, const struct kept_document *document, struct span prefix,
		      struct buffer *bytes)
{
	_cleanup_buffer_ struct buffer frame = {0};
	char name[NAME_SIZE];
	int r;

	name_of(document->number, name);
	r = file_read_whole(store_fd, name, LIMIT_PUBLICATION_SIZE, &frame);
	if (r < 0)
		return r == -ENOENT ? -EBADMSG : r;
	r = frame_unpack(prefix, span_of(&frame), LIMIT_PUBLICATION_SIZE, bytes);
	return r == -EFBIG ? -EBADMSG : r;
}

/* The document, what it is packed against, and so on; how many they are, or -EBADMSG. */
static int find_chain(const struct kept_index *index, const struct kept_document *document,
		      const struct kept_document *chain[static PUBLICATIONS_CHAIN_MAX])
{
	int count = 0;

	while (document && count < PUBLICATIONS_CHAIN_MAX) {
		chain[count++] = document;
		if (document->base == 0)
			return count;
		document = kept_index_find(index, document->base);
	}
	return -EBADMSG;
}

int kept_unpack(int store_fd, const struct kept_index *index, const struct kept_document *document,
		struct buffer *bytes)
{
	const struct kept_document *chain[PUBLICATIONS_CHAIN_MAX];
	_cleanup_buffer_ struct buffer before = {0};
	char sum[CHECKSUM_TEXT_SIZE];
	int count = find_chain(index, document, chain);

	if (count < 0)
		return count;
	for (int i = count; i > 0; i--) {
		_cleanup_buffer_ struct buffer next = {0};
		int r = unpack_one(store_fd, chain[i - 1], span_of(&before), &next);

		if (r < 0)
			return r;
		buffer_release(&before);
		before = next;
		next = (struct buffer){0};
	}
	checksum(before.bytes, before.length, sum);
	if (before.length != document->size || strcmp(sum, document->sha256) != 0)
		return -EBADMSG;
	buffer_append(bytes, before.bytes, before.length);
	return 0;
}

/* The newest document of a role, if it can be read and isn't the last that may follow another. */
static int64_t find_base(int store_fd, const struct kept_index *index,
			 const struct kept_document *document, struct buffer *bytes)
{
	const struct kept_document *chain[PUBLICATIONS_CHAIN_MAX],
		*newest = kept_index_newest(index, document->role, document->location, false);
	int count = newest ? find_chain(index, newest, chain) : 0;

	if (count < 0 || count == PUBLICATIONS_CHAIN_MAX || !newest)
		return 0;
	if (kept_unpack(store_fd, index, newest, bytes) == 0)
		return newest->number;
	buffer_clear(bytes);
	return 0;
}

int kept_pack(int store_fd, const struct kept_index *index, struct span bytes,
	      struct kept_document *document, struct buffer *frame)
{
	_cleanup_buffer_ struct buffer base = {0};
	size_t begin = frame->length;
	int r;

	document->number = index->count > 0 ? index->rows[index->count - 1].number + 1 : 1;
	document->base = find_base(store_fd, index, document, &base);
	r = frame_pack(span_of(&base), bytes, frame);
	if (r < 0 || document->base == 0 || frame->length - begin < bytes.length / 2)
		return r;
	/* Another document altogether. */
	frame->length = begin;
	document->base = 0;
	return frame_pack((struct span){NULL, 0}, bytes, frame);
}

/* Only the owner may look: who may read the store can still read what it makes of them. */
static int make_folder(const struct store_directory *store)
{
	_cleanup_close_ int fd = -1;
	struct stat folder;

	if (mkdirat(store->fd, STORE_PUBLICATIONS, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(store->fd, STORE_PUBLICATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &folder) < 0)
		return -errno;
	return (folder.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0 ? -errno : 0;
}

static int put_file(const struct store_directory *store, const char *name, struct span bytes)
{
	int fd;

	(void)unlinkat(store->fd, NEW, 0);
	fd = openat(store->fd, NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	(void)close(fd);
	return file_replace(store->fd, name, NEW, bytes.bytes, bytes.length);
}

static int sync_folder(const struct store_directory *store)
{
	_cleanup_close_ int fd =
		openat(store->fd, STORE_PUBLICATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int put_index(const struct store_directory *store, const struct kept_index *index)
{
	_cleanup_buffer_ struct buffer text = {0};
	/* What it names is on the disk before it is. */
	int r = sync_folder(store);

	kept_index_print(index, &text);
	if (r == 0)
		r = put_file(store, STORE_PUBLICATIONS "/index", span_of(&text));
	return r < 0 ? r : sync_folder(store);
}

static int report(const struct store_directory *store, int error)
{
	if (error == -EBADMSG)
		return log_error_errno(error, "%s/" STORE_PUBLICATIONS " is damaged", store->path);
	return error < 0
		       ? log_error_errno(error, "%s/" STORE_PUBLICATIONS ": cannot be written: %m",
					 store->path)
		       : 0;
}

int kept_add(const struct store_directory *store, struct kept_index *index,
	     const struct kept_document *document, struct span frame)
{
	char name[NAME_SIZE];
	int r = make_folder(store);

	name_of(document->number, name);
	if (r == 0)
		r = put_file(store, name, frame);
	if (r < 0)
		return report(store, r);
	kept_index_add(index, document);
	return report(store, put_index(store, index));
}

/* A frame without a base is also one that has one: what nothing refers to may be there. So a run
 * that is killed before the index is replaced leaves what can be read. */
static int stand_alone(const struct store_directory *store, const struct kept_index *index,
		       struct kept_document *document)
{
	_cleanup_buffer_ struct buffer bytes = {0}, frame = {0};
	char name[NAME_SIZE];
	int r = kept_unpack(store->fd, index, document, &bytes);

	name_of(document->number, name);
	if (r == 0)
		r = frame_pack((struct span){NULL, 0}, span_of(&bytes), &frame);
	if (r == 0)
		r = put_file(store, name, span_of(&frame));
	if (r == 0)
		document->base = 0;
	/* What nobody can read any more doesn't keep the others from being forgotten. */
	if (r == -EBADMSG) {
		log_warning("%s/" STORE_PUBLICATIONS ": number %lld is damaged", store->path,
			    (long long)document->number);
		r = 0;
	}
	return r;
}

/* Removes what the index doesn't name: what is forgotten, also by a run that was killed. */
static int remove_others(const struct store_directory *store, const struct kept_index *index)
{
	_cleanup_closedir_ DIR *folder = NULL;
	int fd = openat(store->fd, STORE_PUBLICATIONS,
			O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder) {
		int r = -errno;

		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		char *end;
		int64_t number = strtoll(entry->d_name, &end, 10);

		if (end != entry->d_name && strcmp(end, ".zst") == 0 &&
		    !kept_index_find(index, number))
			(void)unlinkat(fd, entry->d_name, 0);
	}
	return 0;
}

int kept_forget(const struct store_directory *store, struct kept_index *index,
		bool (*keep)(const struct kept_document *document, void *context), void *context)
{
	_cleanup_kept_index_ struct kept_index left = {.rows = NULL};
	int r = 0;

	for (size_t i = 0; i < index->count; i++)
		if (keep(&index->rows[i], context))
			kept_index_add(&left, &index->rows[i]);
	for (size_t i = 0; r == 0 && left.count < index->count && i < left.count; i++)
		if (left.rows[i].base > 0 && !kept_index_find(&left, left.rows[i].base))
			r = stand_alone(store, index, &left.rows[i]);
	if (r == 0 && left.count < index->count)
		r = put_index(store, &left);
	if (r == 0)
		r = remove_others(store, &left);
	return report(store, r);
}
