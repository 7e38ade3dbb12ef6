#include "gather/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "fetch/fetch.h"
#include "util/memory.h"

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool is_wanted(const struct reader *reader, const char *name)
{
	size_t length = strlen(name);

	if (!reader->endings)
		return true;
	for (const char *const *ending = reader->endings; *ending; ending++) {
		size_t wanted = strlen(*ending);

		if (length > wanted && strcasecmp(name + length - wanted, *ending) == 0)
			return true;
	}
	return false;
}

static int read_file(const char *path, size_t size_max, struct reason *reason,
		     struct document_set *documents)
{
	const struct fetch_request request = {
		.location = {.kind = LOCATION_PATH, .text = path},
		.size_max = size_max,
		.only_files = true,
		.reason = reason,
	};
	_cleanup_fetch_result_ struct fetch_result result = {0};
	struct document *document;
	int r = fetch(&request, &result);

	if (r < 0)
		return r;
	document = document_set_add(documents, path);
	document->bytes = steal_pointer(result.bytes);
	document->length = result.length;
	memcpy(document->sha256, result.sha256, sizeof(document->sha256));
	return 0;
}

static int read_entry(const struct reader *reader, const char *folder, const char *name,
		      size_t *left, struct reason *reason, struct document_set *documents)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);
	struct stat attributes;
	int r;

	if (!is_wanted(reader, name) || stat(path, &attributes) < 0 || !S_ISREG(attributes.st_mode))
		return 0;
	if (documents->count >= LIMIT_DOCUMENTS) {
		reason->about = folder;
		return reason_refuse(reason, "it holds more than %d files", LIMIT_DOCUMENTS);
	}
	r = read_file(path, *left, reason, documents);
	if (r == 0)
		*left -= documents->rows[documents->count - 1].length;
	return r;
}

int folder_read(const struct reader *reader, const char *path, size_t size_max,
		struct reason *reason, struct document_set *documents)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_shown, alphasort), r = 0;

	if (count < 0)
		return reason_fail(reason, -errno, "%s can't be read: %m", path);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = read_entry(reader, path, entries[i]->d_name, &size_max, reason,
				       documents);
		free(entries[i]);
	}
	free(entries);
	return r;
}
