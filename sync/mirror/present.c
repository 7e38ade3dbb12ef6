#include "mirror/present.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/log.h"
#include "mirror/minisign_key.h"
#include "mirror/object.h"
#include "store/database.h"
#include "store/reader.h"
#include "util/file.h"

#define KEPT_HEAD STORE_MIRROR "/head"
#define KEPT_HEAD_NEW STORE_MIRROR "/head.new"
#define KEPT_HEAD_SIZE_MAX (HEAD_SIZE_MAX + MINISIGN_FILE_SIZE_MAX)
#define SIGNATURE_LINES 4

int present_read(const struct store_directory *store, struct buffer *bytes, struct head *head)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = store_reader_open_current(store, &database);

	if (r < 0)
		return r;
	r = database_prepare(database,
			     "SELECT registry, uuid, schema_version,"
			     " (SELECT max(id) FROM generation) FROM store",
			     &row);
	if (r < 0)
		return r;
	r = database_next(row);
	if (r < 0)
		return r;
	(void)snprintf(head->registry, sizeof(head->registry), "%.63s", database_text(row, 0));
	(void)snprintf(head->uuid, sizeof(head->uuid), "%.39s", database_text(row, 1));
	head->schema = sqlite3_column_int64(row, 2);
	head->generation = sqlite3_column_int64(row, 3);
	r = file_read_whole(store->fd, store->current, OBJECT_FILE_SIZE_MAX, bytes);
	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
	checksum(bytes->bytes, bytes->length, head->file.sha256);
	head->file.size = bytes->length;
	return 0;
}

int kept_head_write(const struct store_directory *store, const struct buffer *signature,
		    const struct buffer *head)
{
	_cleanup_buffer_ struct buffer kept = {0};
	int r = mkdirat(store->fd, STORE_MIRROR, 0755) < 0 && errno != EEXIST ? -errno : 0;

	buffer_append(&kept, signature->bytes, signature->length);
	buffer_append(&kept, head->bytes, head->length);
	if (r == 0)
		r = file_replace(store->fd, KEPT_HEAD, KEPT_HEAD_NEW, kept.bytes, kept.length);
	return r < 0 ? log_error_errno(r, "%s/" KEPT_HEAD ": cannot write: %m", store->path) : 0;
}

/* Where the head begins, behind its signature. */
static size_t signature_length(const struct buffer *kept)
{
	size_t length = 0;

	for (int line = 0; line < SIGNATURE_LINES; line++) {
		const char *end = length < kept->length ? memchr(kept->bytes + length, '\n',
								 kept->length - length)
							: NULL;

		if (!end)
			return kept->length;
		length = (size_t)(end - kept->bytes) + 1;
	}
	return length;
}

static bool is_signed(const struct store_directory *store, const struct buffer *kept, size_t length)
{
	struct minisign_signature signature;
	struct minisign_public key;

	return minisign_parse_public(store->state.signer, &key) == 0 &&
	       minisign_parse(kept->bytes, length, &signature) == 0 &&
	       minisign_verify(&key, &signature, kept->bytes + length, kept->length - length);
}

int kept_head_check(const struct store_directory *store, int64_t size, const char *sha256,
		    struct reason *reason)
{
	_cleanup_buffer_ struct buffer kept = {0};
	struct head head = {.generation = 0};
	size_t length;
	int r = file_read_whole(store->fd, KEPT_HEAD, KEPT_HEAD_SIZE_MAX, &kept);

	if (r < 0)
		return reason_fail(reason, r, "%s/" KEPT_HEAD ": %m", store->path);
	length = signature_length(&kept);
	if (!is_signed(store, &kept, length))
		return reason_fail(reason, -EBADMSG,
				   "%s/" KEPT_HEAD
				   " isn't what %s signed: move %s away and pull into a new one",
				   store->path, store->state.signer, store->path);
	r = head_parse((unsigned char *)kept.bytes + length, kept.length - length, reason, &head);
	if (r < 0)
		return r;
	if (head.generation != store_directory_generation(store))
		return -ENOENT;
	if ((int64_t)head.file.size == size && strcmp(head.file.sha256, sha256) == 0)
		return 0;
	return reason_fail(
		reason, -EBADMSG,
		"%s/%s isn't the file that %s signed; 'ismap-sync pull' fetches it again",
		store->path, store->current, store->state.signer);
}
