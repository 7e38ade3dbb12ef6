/* A mirror's own copy of the head: what it passes on (publish), as it was signed. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "util/file.h"
#include "common/log.h"
#include "mirror/mirror.h"

/*
 * The head and its signature are one file, so that they always belong together:
 * the signature, which is text of four lines, then the head.
 */
#define KEPT STORE_MIRROR "/head"
#define KEPT_TEMPORARY STORE_MIRROR "/head.new"
#define SIGNATURE_LINES 4

static size_t signature_length(struct span kept)
{
	const char *text = kept.bytes;
	int lines = 0;

	for (size_t i = 0; i < kept.length; i++)
		if (text[i] == '\n' && ++lines == SIGNATURE_LINES)
			return i + 1;
	return 0;
}

int mirror_read_head(const struct store_directory *store, struct buffer *head_text,
		     struct buffer *signature)
{
	_cleanup_buffer_ struct buffer kept = {0};
	size_t length;
	int r = file_read_whole(store->fd, KEPT, HEAD_SIZE_MAX + MINISIGN_FILE_SIZE_MAX, &kept);

	if (r == -ENOENT)
		return r;
	if (r < 0)
		return log_error_errno(r, "%s/" KEPT ": cannot read: %m", store->path);
	length = signature_length(span_of(&kept));
	buffer_append(signature, kept.bytes, length);
	buffer_append(head_text, kept.bytes + length, kept.length - length);
	return 0;
}

int mirror_keep_head(const struct store_directory *store, struct span head_text,
		     struct span signature)
{
	_cleanup_buffer_ struct buffer kept = {0};
	int r = mkdirat(store->fd, STORE_MIRROR, 0755) < 0 && errno != EEXIST ? -errno : 0;

	buffer_append(&kept, signature.bytes, signature.length);
	buffer_append(&kept, head_text.bytes, head_text.length);
	if (r == 0)
		r = file_write_whole(store->fd, KEPT_TEMPORARY, kept.bytes, kept.length);
	if (r == 0 && renameat(store->fd, KEPT_TEMPORARY, store->fd, KEPT) < 0)
		r = -errno;
	return r < 0 ? log_error_errno(r, "%s/" KEPT ": cannot write: %m", store->path) : 0;
}
