#include "gather/dated.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "fetch/fetch.h"
#include "util/memory.h"

/* Publications state their time early. */
#define PEEK_FILE_SIZE 4096

int dated_read(const struct reader *reader, const char *path, struct reason *reason,
	       struct document_set *documents)
{
	const struct fetch_request request = {.location = location_of(path),
					      .size_max = LIMIT_PUBLICATION_SIZE,
					      .reason = reason};
	_cleanup_fetch_result_ struct fetch_result result = {0};
	const struct document_kind *kind;
	struct document *document;
	int r = fetch(&request, &result);

	if (r < 0)
		return r;
	document = document_set_add(documents, path);
	document->bytes = steal_pointer(result.bytes);
	document->length = result.length;
	memcpy(document->sha256, result.sha256, sizeof(document->sha256));
	kind = reader_recognise(reader, document);
	/* Reading it says best what is wrong with it. */
	document->role = kind ? kind->role : DOCUMENT_LIST;
	return 0;
}

static int by_time(const void *left, const void *right)
{
	const struct dated_file *a = left, *b = right;

	if (a->published_at != b->published_at)
		return a->published_at < b->published_at ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* Finds a list's time in a file's first bytes. Returns -ENOENT where it isn't there (the file is
 * another document, compressed or a pipe). */
static int peek_file(const struct document_kind *list, const char *path, int64_t *published_at)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[PEEK_FILE_SIZE];
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return -ENOENT;
	length = read(fd, bytes, sizeof(bytes));
	if (length < 0)
		return -errno;
	return document_peek(list, bytes, (size_t)length, published_at);
}

static int find_out(const struct reader *reader, struct dated_file *file)
{
	_cleanup_document_set_ struct document_set documents = {0};
	struct reason reason = {.about = file->path};
	const struct document *document;
	int r;

	file->kind = reader_find_kind(reader, DOCUMENT_LIST);
	file->dated = peek_file(file->kind, file->path, &file->published_at) == 0;
	if (file->dated)
		return 0;
	r = dated_read(reader, file->path, &reason, &documents);
	if (r < 0) {
		reason_say(&reason);
		return r;
	}
	document = &documents.rows[0];
	file->kind = reader_find_kind(reader, document->role);
	file->dated = document_peek(file->kind, document->bytes, document->length,
				    &file->published_at) == 0;
	return 0;
}

int dated_files_open(const struct reader *reader, char **paths, size_t count,
		     struct dated_files *files)
{
	const struct registry *registry = registry_find(reader->name);
	const char *zone = registry ? registry->time_zone : "UTC";

	*files = (struct dated_files){.files = xmalloc((count + 1) * sizeof(*files->files))};
	for (size_t i = 0; i < count; i++) {
		struct dated_file *file = &files->files[files->count++];
		int r;

		*file = (struct dated_file){.path = paths[i]};
		r = find_out(reader, file);
		if (r < 0)
			return r;
		if (file->dated)
			file->day = day_in_zone(zone, file->published_at);
	}
	qsort(files->files, files->count, sizeof(*files->files), by_time);
	return 0;
}

struct dated_file *dated_find_beside(const struct dated_files *files,
				     const struct document_kind *kind,
				     const struct dated_file *list, int64_t read_day)
{
	for (size_t i = files->count; list->dated && i > 0; i--) {
		struct dated_file *file = &files->files[i - 1];

		if (file->kind == kind && file->dated && file->day <= list->day)
			return file->day == list->day || file->day > read_day ? file : NULL;
	}
	return NULL;
}

void dated_files_release(struct dated_files *files)
{
	free(files->files);
	*files = (struct dated_files){0};
}
