#include "mirror/kept_head.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "mirror/head.h"
#include "util/file.h"
#include "util/memory.h"

#define NAME STORE_MIRROR "/head"
#define TEMPORARY STORE_MIRROR "/head.new"

#define SIGNATURE_LINES 4

void kept_head_join(struct span signature, struct span head, struct buffer *bytes)
{
	buffer_append(bytes, signature.bytes, signature.length);
	if (bytes->length > 0 && bytes->bytes[bytes->length - 1] != '\n')
		buffer_text(bytes, "\n");
	buffer_append(bytes, head.bytes, head.length);
}

int kept_head_read(const struct store_directory *store, struct buffer *bytes)
{
	return file_read_whole(store->fd, NAME, MINISIGN_FILE_SIZE_MAX + HEAD_SIZE_MAX, bytes);
}

int kept_head_write(const struct store_directory *store, struct span signature, struct span head)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r;

	kept_head_join(signature, head, &bytes);
	r = store_directory_replace_in(store, STORE_MIRROR, NAME, TEMPORARY, span_of(&bytes));
	return r < 0 ? log_error_errno(r, "%s/" NAME ": cannot write: %m", store->path) : 0;
}

size_t kept_head_find(struct span bytes)
{
	const char *text = bytes.bytes;
	size_t at = 0;

	for (int line = 0; line < SIGNATURE_LINES; line++) {
		const char *end = memchr(text + at, '\n', bytes.length - at);

		if (!end)
			return bytes.length;
		at = (size_t)(end - text) + 1;
	}
	return at;
}

bool kept_head_is_signed(struct span signature_text, struct span head,
			 const struct minisign_keys *keys)
{
	const struct minisign_public *key;
	struct minisign_signature signature;

	if (minisign_parse(signature_text.bytes, signature_text.length, &signature) < 0)
		return false;
	key = minisign_find(keys, signature.id);
	return key && minisign_verify(key, &signature, head.bytes, head.length);
}

/* Reads the head, if one of the keys signed it. Returns 0; -EBADMSG when none did; or another
 * -errno. */
static int read_signed(const struct store_directory *store, const struct minisign_keys *keys,
		       struct head *head)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	_cleanup_free_ char *copy = NULL;
	struct reason ignored = {.about = NAME};
	struct span text;
	size_t begin;
	int r = kept_head_read(store, &bytes);

	if (r < 0)
		return r;
	if (bytes.length == 0)
		return -EBADMSG;
	begin = kept_head_find(span_of(&bytes));
	text = (struct span){bytes.bytes + begin, bytes.length - begin};
	if (!kept_head_is_signed((struct span){bytes.bytes, begin}, text, keys))
		return -EBADMSG;
	copy = xstrndup(text.bytes, text.length);
	return head_parse((unsigned char *)copy, text.length, &ignored, head);
}

bool kept_head_is_of(const struct store_directory *store, const struct minisign_keys *keys,
		     const char *sha256)
{
	struct head head = {0};

	return read_signed(store, keys, &head) == 0 && strcmp(head.file.sha256, sha256) == 0;
}

int kept_head_check(const struct store_directory *store, int64_t size, const char *sha256,
		    struct reason *reason)
{
	struct minisign_keys keys = {.count = 1};
	struct head head = {0};
	int r = minisign_parse_public(store->state.signer, &keys.keys[0]);

	if (r == 0)
		r = read_signed(store, &keys, &head);
	if (r == -EBADMSG)
		return reason_fail(reason, r,
				   "%s/" NAME
				   " isn't what %s signed: 'ismap-sync pull' fetches it again",
				   store->path, store->state.signer);
	if (r < 0)
		return reason_fail(reason, r, "%s/" NAME ": %m; 'ismap-sync pull' fetches it again",
				   store->path);
	if (head.generation != store_directory_generation(store))
		return -ENOENT;
	if ((int64_t)head.file.size == size && strcmp(head.file.sha256, sha256) == 0)
		return 0;
	return reason_fail(
		reason, -EBADMSG,
		"%s/%s isn't the file that %s signed; 'ismap-sync pull' fetches it again",
		store->path, store->current, store->state.signer);
}
