#include "stamp/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/log.h"
#include "util/file.h"
#include "util/memory.h"

#define NEW STORE_STAMPS "/new"
#define CHAIN_DIGITS (STATE_CHAIN_SIZE - 1)
#define GENERATION_DIGITS_MAX 18

static const char *const suffixes[] = {[STAMP_ANSWER] = ".tsr", [STAMP_REQUEST] = ".tsq"};

void stamp_name(const struct stamp_entry *entry, char name[static STAMP_NAME_SIZE])
{
	(void)snprintf(name, STAMP_NAME_SIZE, STORE_STAMPS "/%lld-%s%s",
		       (long long)entry->generation, entry->chain, suffixes[entry->file]);
}

/* Only the very names that stamp_name() makes. */
static bool parse_name(const char *name, struct stamp_entry *entry)
{
	size_t digits = strspn(name, "0123456789");
	const char *chain = name + digits + 1, *suffix;

	if (digits == 0 || digits > GENERATION_DIGITS_MAX || name[0] == '0' ||
	    name[digits] != '-' || strspn(chain, "0123456789abcdef") != CHAIN_DIGITS)
		return false;
	suffix = chain + CHAIN_DIGITS;
	if (strcmp(suffix, suffixes[STAMP_ANSWER]) == 0)
		entry->file = STAMP_ANSWER;
	else if (strcmp(suffix, suffixes[STAMP_REQUEST]) == 0)
		entry->file = STAMP_REQUEST;
	else
		return false;
	entry->generation = strtoll(name, NULL, 10);
	(void)snprintf(entry->chain, sizeof(entry->chain), "%.*s", CHAIN_DIGITS, chain);
	return true;
}

static int compare(const void *left, const void *right)
{
	const struct stamp_entry *a = left, *b = right;
	int order = (a->generation > b->generation) - (a->generation < b->generation);

	if (order == 0)
		order = strcmp(a->chain, b->chain);
	return order != 0 ? order : (int)a->file - (int)b->file;
}

static int fail(const struct store_directory *store, int error)
{
	return log_error_errno(error, "%s/" STORE_STAMPS " can't be read: %m", store->path);
}

int stamp_entries_read(const struct store_directory *store, struct stamp_entries *entries)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store->fd, STORE_STAMPS, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? 0 : fail(store, -errno);
	directory = fdopendir(fd);
	if (!directory) {
		(void)close(fd);
		return fail(store, -errno);
	}
	for (;;) {
		struct stamp_entry entry;
		const struct dirent *found;

		errno = 0;
		found = readdir(directory);
		if (!found && errno != 0)
			return fail(store, -errno);
		if (!found)
			break;
		if (!parse_name(found->d_name, &entry))
			continue;
		entries->rows = xgrow(entries->rows, &entries->capacity, entries->count, 1,
				      sizeof(*entries->rows));
		entries->rows[entries->count++] = entry;
	}
	if (entries->count > 0)
		qsort(entries->rows, entries->count, sizeof(*entries->rows), compare);
	return 0;
}

bool stamp_entries_have(const struct stamp_entries *entries, const struct stamp_entry *generation,
			enum stamp_file file)
{
	struct stamp_entry wanted = *generation;

	wanted.file = file;
	return entries->count > 0 &&
	       bsearch(&wanted, entries->rows, entries->count, sizeof(*entries->rows), compare);
}

void stamp_entries_release(struct stamp_entries *entries)
{
	free(entries->rows);
	*entries = (struct stamp_entries){.rows = NULL};
}

int stamp_read(const struct store_directory *store, const struct stamp_entry *entry,
	       struct buffer *bytes)
{
	char name[STAMP_NAME_SIZE];

	stamp_name(entry, name);
	return file_read_whole(store->fd, name, STAMP_SIZE_MAX, bytes);
}

int stamp_check_file(const struct store_directory *store, const struct stamp_entry *entry,
		     X509_STORE *authorities, struct buffer *bytes, struct stamp *stamp)
{
	char name[STAMP_NAME_SIZE];
	int r = stamp_read(store, entry, bytes);

	*stamp = (struct stamp){.time = 0};
	if (r == -EFBIG)
		return STAMP_ALTERED;
	if (r == 0)
		return (int)stamp_check(span_of(bytes), entry->chain, authorities, stamp);
	stamp_name(entry, name);
	return log_error_errno(r, "%s/%s can't be read: %m", store->path, name);
}

void stamp_remove(const struct store_directory *store, const struct stamp_entry *entry)
{
	char name[STAMP_NAME_SIZE];

	stamp_name(entry, name);
	(void)unlinkat(store->fd, name, 0);
}

int stamp_write(const struct store_directory *store, const struct stamp_entry *entry,
		struct span bytes)
{
	struct stamp_entry request = *entry;
	char name[STAMP_NAME_SIZE];
	int r;

	stamp_name(entry, name);
	r = store_directory_replace_in(store, STORE_STAMPS, name, NEW, bytes);
	if (r < 0)
		return log_error_errno(r, "%s/%s can't be written: %m", store->path, name);
	request.file = STAMP_REQUEST;
	if (entry->file == STAMP_ANSWER)
		stamp_remove(store, &request);
	return 0;
}

int stamp_count(const struct store_directory *store, int64_t *answers, int64_t *requests)
{
	_cleanup_stamp_entries_ struct stamp_entries entries = {.rows = NULL};
	int r = stamp_entries_read(store, &entries);

	*answers = 0;
	*requests = 0;
	for (size_t i = 0; i < entries.count; i++) {
		const struct stamp_entry *row = &entries.rows[i];

		if (row->file == STAMP_ANSWER)
			(*answers)++;
		else if (!stamp_entries_have(&entries, row, STAMP_ANSWER))
			(*requests)++;
	}
	return r;
}
