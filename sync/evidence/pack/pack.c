#include "evidence/pack/pack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/timestamp.h"
#include "util/checksum.h"
#include "util/memory.h"

/* What an archive, and SHA256SUMS, have of a file beside its bytes, at most. */
#define FILE_OVERHEAD 2048

void pack_release(struct pack *pack)
{
	for (size_t i = 0; i < pack->count; i++)
		buffer_release(&pack->files[i].bytes);
	free(pack->files);
	*pack = (struct pack){.files = NULL};
}

void pack_add(struct pack *pack, const char *name, struct buffer *bytes)
{
	struct pack_file *file;

	pack->files = xgrow(pack->files, &pack->capacity, pack->count, 1, sizeof(*pack->files));
	file = &pack->files[pack->count++];
	*file = (struct pack_file){.bytes = *bytes};
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	*bytes = (struct buffer){.bytes = NULL};
}

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct pack_file *)left)->name,
		      ((const struct pack_file *)right)->name);
}

void pack_sort(struct pack *pack)
{
	if (pack->count > 0)
		qsort(pack->files, pack->count, sizeof(*pack->files), compare);
}

const struct pack_file *pack_find(const struct pack *pack, const char *name)
{
	struct pack_file key = {.bytes = {0}};

	if (pack->count == 0)
		return NULL;
	(void)snprintf(key.name, sizeof(key.name), "%s", name);
	return bsearch(&key, pack->files, pack->count, sizeof(*pack->files), compare);
}

bool pack_name_is_fit(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
	size_t length = strlen(name);

	if (length == 0 || length >= PACK_NAME_SIZE || strspn(name, allowed) != length)
		return false;
	/* No part of it may be empty, or begin with a dot or a hyphen. */
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += part != name;
		if (*part == '\0' || strchr("/.-", *part))
			return false;
	}
	return true;
}

bool pack_part_is_fit(const char *name)
{
	return pack_name_is_fit(name) && !strchr(name, '/');
}

/* As sha256sum prints them. */
static void put_sums(const struct pack *pack, struct buffer *sums)
{
	for (size_t i = 0; i < pack->count; i++) {
		const struct pack_file *file = &pack->files[i];
		char sum[CHECKSUM_TEXT_SIZE];

		checksum(file->bytes.bytes, file->bytes.length, sum);
		buffer_printf(sums, "%s  %s\n", sum, file->name);
	}
}

/* Without the first line's comment, which no signature covers: so no bit of the file can be changed
 * unseen. */
static void put_signature(const struct buffer *signature, struct buffer *text)
{
	buffer_text(text, "untrusted comment: ");
	buffer_text(text, strchr(signature->bytes, '\n'));
}

/* Whether pack_read() takes it, with the two files that are still to come. */
static int check_limits(const struct pack *pack)
{
	size_t size = 0;

	if (pack->count + 2 > PACK_FILES_MAX)
		return log_error_errno(
			-EFBIG,
			"the pack would have more than %d files: make several, of fewer services each",
			PACK_FILES_MAX);
	for (size_t i = 0; i < pack->count; i++) {
		size += pack->files[i].bytes.length + FILE_OVERHEAD;
		if (size > PACK_SIZE_MAX)
			return log_error_errno(
				-EFBIG,
				"the pack would be larger than %d MB: make several, of fewer services each, or leave out --whole",
				(int)(PACK_SIZE_MAX >> 20));
	}
	return 0;
}

static int check_names(const struct pack *pack)
{
	for (size_t i = 1; i < pack->count; i++)
		if (strcmp(pack->files[i - 1].name, pack->files[i].name) == 0)
			return log_error_errno(-EEXIST, "the pack would have two files called %s",
					       pack->files[i].name);
	return 0;
}

int pack_seal(struct pack *pack, const struct minisign_secret *secret, int64_t now)
{
	_cleanup_buffer_ struct buffer sums = {0}, signature = {0}, text = {0};
	char time[TIMESTAMP_TEXT_SIZE], comment[sizeof(time) + sizeof(pack->folder) + 16];
	int r;

	pack_sort(pack);
	r = check_limits(pack);
	if (r == 0)
		r = check_names(pack);
	if (r < 0)
		return r;
	put_sums(pack, &sums);
	timestamp_format(now, time);
	(void)snprintf(comment, sizeof(comment), "%s, signed %s", pack->folder, time);
	r = minisign_sign(secret, sums.bytes, sums.length, comment, &signature);
	if (r < 0)
		return log_error_errno(r, "the pack can't be signed: %m");
	put_signature(&signature, &text);
	pack_add(pack, PACK_SUMS, &sums);
	pack_add(pack, PACK_SIGNATURE, &text);
	pack_sort(pack);
	return 0;
}
