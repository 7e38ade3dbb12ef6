#include "mirror/accept.h"

#include <errno.h>
#include <string.h>

#include <zstd.h>

#include "store/database.h"
#include "common/log.h"
#include "mirror/delta.h"
#include "mirror/object.h"
#include "stage/publication.h"
#include "store/check.h"

static bool is_file(struct span bytes, const struct head_file *file)
{
	char sum[CHECKSUM_TEXT_SIZE];

	checksum(bytes.bytes, bytes.length, sum);
	return bytes.length == file->size && strcmp(sum, file->sha256) == 0;
}

/* How many deltas lead from the store's file to the head's: 0 when there is no such way, or when
 * they are no smaller than the whole object. */
static size_t count_deltas(const struct head *head, const char *sha256)
{
	size_t bytes = 0;

	for (size_t i = 0; i < head->delta_count; i++) {
		bytes += head->deltas[i].object.size;
		if (bytes >= head->object.size)
			return 0;
		if (strcmp(head->deltas[i].from.sha256, sha256) == 0)
			return i + 1;
	}
	return 0;
}

/* The file that a delta makes: the head's, or the one that the delta before it in the head starts
 * from. */
static const struct head_file *target_of(const struct head *head, size_t delta)
{
	return delta == 0 ? &head->file : &head->deltas[delta - 1].from;
}

static int apply(const struct download *download, const struct head *head, size_t delta,
		 struct span base, struct buffer *next)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	const struct head_file *target = target_of(head, delta);
	int r = download_object(download, &head->deltas[delta].object, &fetched);

	if (r < 0)
		return r;
	r = delta_apply(base, (struct span){fetched.bytes, fetched.length}, target->size, next);
	if (r < 0 || !is_file(span_of(next), target))
		return reason_refuse(
			download->reason,
			"the delta %s makes another file than the head states (the origin's libzstd may be of another version than this one, %s)",
			head->deltas[delta].object.sha256, ZSTD_versionString());
	return 0;
}

/* Applies the head's first `count` deltas, the last of them first: it is the oldest. */
static int follow_deltas(const struct download *download, const struct head *head, size_t count,
			 struct span present, struct buffer *file)
{
	_cleanup_buffer_ struct buffer base = {0};

	for (size_t i = count; i > 0; i--) {
		_cleanup_buffer_ struct buffer next = {0};
		int r = apply(download, head, i - 1, i == count ? present : span_of(&base), &next);

		if (r < 0)
			return r;
		buffer_release(&base);
		base = next;
		next = (struct buffer){0};
	}
	*file = base;
	base = (struct buffer){0};
	return 0;
}

static int get_whole(const struct download *download, const struct head *head, struct buffer *file)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	int r = download_object(download, &head->object, &fetched);

	if (r < 0)
		return r;
	r = object_unpack((struct span){fetched.bytes, fetched.length}, head->file.size, file);
	if (r == -EFBIG)
		return reason_refuse(
			download->reason,
			"the object %s unpacks to more than the %zu bytes that the head states",
			head->object.sha256, head->file.size);
	if (r < 0)
		return reason_refuse(download->reason, "the object %s can't be unpacked",
				     head->object.sha256);
	if (!is_file(span_of(file), &head->file))
		return reason_refuse(download->reason,
				     "the object %s holds another file than the head states",
				     head->object.sha256);
	return 0;
}

int accept_get_file(const struct download *download, const struct head *head, struct span present,
		    const char *sha256, struct buffer *file, size_t *deltas)
{
	size_t count = count_deltas(head, sha256);
	int r;

	*deltas = 0;
	if (head->file.size > OBJECT_FILE_SIZE_MAX || head->object.size > OBJECT_FILE_SIZE_MAX)
		return reason_refuse(
			download->reason,
			"its file of %zu bytes, %zu when packed, is beyond the limit of %zu bytes",
			head->file.size, head->object.size, OBJECT_FILE_SIZE_MAX);
	if (count == 0)
		return get_whole(download, head, file);
	r = follow_deltas(download, head, count, present, file);
	if (r == 0) {
		*deltas = count;
		return 0;
	}
	if (r == -EINTR)
		return r;
	log_warning("%s; the whole object is fetched instead", download->reason->sentence);
	reason_clear(download->reason);
	return get_whole(download, head, file);
}

/* Whether the file is the generation that the signed head states. */
static int check_identity(sqlite3 *database, const struct head *head, struct reason *reason)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT registry, uuid, id, chain FROM store, generation"
				 " ORDER BY id DESC LIMIT 1",
				 &row);

	if (r < 0)
		return r;
	r = database_next(row);
	if (r < 0)
		return r;
	if (r == 0 || strcmp(database_text(row, 0), head->registry) != 0 ||
	    strcmp(database_text(row, 1), head->uuid) != 0 ||
	    sqlite3_column_int64(row, 2) != head->generation)
		return reason_refuse(reason, "its file is not the generation that it states");
	if (strcmp(database_text(row, 3), head->chain) != 0)
		return reason_refuse(reason, "its file has another chain than it states");
	return 0;
}

int accept_check_content(sqlite3 *database, const struct head *head, struct reason *reason)
{
	static const char name[] = "its file";
	int r;

	r = store_check(database, name, reason);
	if (r == 0)
		return check_identity(database, head, reason);
	if (reason->sentence[0] != '\0')
		return reason_refuse(reason, "%s", reason->sentence);
	/* What SQLite found wrong is on stderr. */
	return reason_refuse(reason, "%s is damaged", name);
}

int accept_check_file(const struct store_directory *store, const char *name,
		      const struct head *head, struct reason *reason)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store_open_any(store->fd, name, &database);

	if (r == -EPROTONOSUPPORT)
		return reason_refuse(
			reason,
			"its file is of another version of ismapfs than this one; use the origin's");
	if (r == -EBADMSG || r == -EIO || (r == 0 && !store_is_finished(store->fd, name)))
		return reason_refuse(reason, "its file is not a generation file of ismapfs");
	if (r < 0)
		return log_error_errno(r, "%s/%s: %m", store->path, name);
	return accept_check_content(database, head, reason);
}
