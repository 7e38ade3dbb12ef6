#include "evidence/side.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mirror/accept.h"
#include "mirror/kept_head.h"
#include "mirror/object.h"
#include "mirror/present.h"
#include "store/check.h"
#include "store/reader.h"
#include "util/file.h"
#include "util/memory.h"

static const char magic[] = "SQLite format 3";

void side_release(struct side *side)
{
	buffer_release(&side->file);
}

static bool ends_in_head(const char *text)
{
	size_t length = strlen(text), ending = strlen("/" HEAD_FILE_NAME);

	return length > ending && strcmp(text + length - ending, "/" HEAD_FILE_NAME) == 0;
}

static bool has_current(const char *folder)
{
	_cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char target[STORE_GENERATION_PATH_SIZE];

	return fd >= 0 && store_current_path(fd, target) == 0;
}

static bool is_generation_file(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char start[sizeof(magic)] = "";

	return fd >= 0 && read(fd, start, sizeof(start)) == (ssize_t)sizeof(start) &&
	       memcmp(start, magic, sizeof(magic)) == 0;
}

void side_begin(struct side *side, const char *text)
{
	const struct location location = location_of(text);
	size_t length = strlen(text);

	*side = (struct side){.text = text, .kind = SIDE_PUBLISHED};
	if (location.kind == LOCATION_FOLDER && has_current(text))
		side->kind = SIDE_STORE;
	if (location.kind == LOCATION_PATH && !ends_in_head(text))
		side->kind = is_generation_file(text) ? SIDE_FILE : SIDE_HEAD;
	while (length > 1 && text[length - 1] == '/')
		length--;
	(void)snprintf(side->location, sizeof(side->location), "%.*s%s", (int)length, text,
		       ends_in_head(text) ? "" : "/" HEAD_FILE_NAME);
}

/* Checks a signature, if it is known whose it may be. */
static int check_signature(struct side *side, struct span signature_text, struct span text,
			   const struct side_reading *reading)
{
	struct minisign_signature signature;
	const struct minisign_public *key;

	if (minisign_parse(signature_text.bytes, signature_text.length, &signature) < 0)
		return reason_refuse(reading->reason, "it has no signature of minisign's kind");
	minisign_id_text(signature.id, side->id);
	if (reading->keys->count == 0)
		return 0;
	key = minisign_find(reading->keys, signature.id);
	if (!key)
		return reason_refuse(reading->reason,
				     "it is signed with the key %s, which %s doesn't hold",
				     side->id, reading->keys_file);
	if (!minisign_verify(key, &signature, text.bytes, text.length))
		return reason_refuse(
			reading->reason,
			"its signature doesn't fit: it was changed after it was signed, or forged");
	minisign_public_text(key, side->signer);
	return 0;
}

static int parse_head(struct span text, const struct side_reading *reading, struct head *head)
{
	_cleanup_free_ char *copy = xstrndup(text.length > 0 ? text.bytes : "", text.length);

	return head_parse((unsigned char *)copy, text.length, reading->reason, head);
}

/* A signature and a head in one. */
static int take_kept(struct side *side, const struct buffer *bytes,
		     const struct side_reading *reading, struct head *head)
{
	size_t begin = bytes->length > 0 ? kept_head_find(span_of(bytes)) : 0;
	const struct span text = {bytes->length > 0 ? bytes->bytes + begin : "",
				  bytes->length - begin};
	int r = parse_head(text, reading, head);

	return r < 0 ? r : check_signature(side, (struct span){bytes->bytes, begin}, text, reading);
}

static bool has_head(const struct buffer *bytes)
{
	size_t begin = bytes->length > 0 ? kept_head_find(span_of(bytes)) : 0;

	return begin < bytes->length && bytes->bytes[begin] == '{';
}

static int read_kept(struct side *side, const struct side_reading *reading)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = file_read_whole(AT_FDCWD, side->text, MINISIGN_FILE_SIZE_MAX + HEAD_SIZE_MAX,
				&bytes);

	if (r == -EFBIG || (r == 0 && !has_head(&bytes)))
		return reason_refuse(reading->reason,
				     "it is neither a store nor anything that one publishes");
	if (r < 0)
		return reason_fail(reading->reason, r, "%s: %m", side->text);
	return take_kept(side, &bytes, reading, &side->head);
}

/* The head that a mirror follows is of its file, unless a pull was killed between the two. */
static int read_own_head(struct side *side, const struct store_directory *store,
			 const struct side_reading *reading)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	struct head head = {0};
	int r = store->state.signer[0] == '\0' ? -ENOENT : kept_head_read(store, &bytes);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return reason_fail(reading->reason, r, "%s/" STORE_MIRROR ": %m", store->path);
	r = take_kept(side, &bytes, reading, &head);
	if (r == 0 &&
	    (head.generation != side->head.generation || strcmp(head.chain, side->head.chain) != 0))
		side->id[0] = side->signer[0] = '\0';
	return r;
}

/* Opens a generation file where it is in memory, hardened like one on the disk. */
static int open_bytes(const struct buffer *file, sqlite3 **database)
{
	_cleanup_database_ sqlite3 *opened = NULL;
	int64_t number = 0;

	if (file->length < 100 || file->bytes[18] != 1 || file->bytes[19] != 1 ||
	    memcmp(file->bytes, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	if (sqlite3_open(":memory:", &opened) != SQLITE_OK ||
	    sqlite3_deserialize(opened, "main", (unsigned char *)file->bytes,
				(sqlite3_int64)file->length, (sqlite3_int64)file->length,
				SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
		return -ENOMEM;
	store_harden(opened);
	if (store_number(opened, "PRAGMA application_id", &number) < 0 ||
	    number != STORE_APPLICATION_ID ||
	    store_number(opened, "PRAGMA user_version", &number) < 0)
		return -EBADMSG;
	*database = steal_pointer(opened);
	return number == STORE_SCHEMA_VERSION ? 0 : -EPROTONOSUPPORT;
}

/* Whether this program could have made the file, and, of what is published, its head states it. */
static int check_file(struct side *side, const struct side_reading *reading, sqlite3 **database)
{
	int r = open_bytes(&side->file, database);

	if (r == -EPROTONOSUPPORT)
		return reason_refuse(reading->reason,
				     "its file is of another version of ismapfs than this one");
	if (r < 0)
		return reason_refuse(reading->reason,
				     "its file is not a generation file of ismapfs");
	if (side->kind == SIDE_PUBLISHED)
		return accept_check_content(*database, &side->head, reading->reason);
	return store_check(*database, _("its file"), reading->reason);
}

static int take_identity(struct side *side, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct head *head = &side->head;
	int r = database_prepare(database,
				 "SELECT registry, uuid, schema_version, id, chain FROM store,"
				 " generation ORDER BY id DESC LIMIT 1",
				 &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	(void)snprintf(head->registry, sizeof(head->registry), "%.63s", database_text(row, 0));
	(void)snprintf(head->uuid, sizeof(head->uuid), "%.39s", database_text(row, 1));
	head->schema = sqlite3_column_int64(row, 2);
	head->generation = sqlite3_column_int64(row, 3);
	(void)snprintf(head->chain, sizeof(head->chain), "%.64s", database_text(row, 4));
	return 0;
}

static int read_file(struct side *side, const struct side_reading *reading)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = 0;

	if (side->file.length == 0)
		r = file_read_whole(AT_FDCWD, side->text, OBJECT_FILE_SIZE_MAX, &side->file);
	if (r < 0)
		return reason_fail(reading->reason, r, "%s: %m", side->text);
	r = check_file(side, reading, &database);
	return r < 0 ? r : take_identity(side, database);
}

static int read_store(struct side *side, const struct side_reading *reading)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	int r = store_directory_open(&store, side->text);

	if (r == 0)
		r = present_read(&store, &side->file, &side->head);
	if (r == 0)
		r = read_file(side, reading);
	return r < 0 ? r : read_own_head(side, &store, reading);
}

static struct download download_of(const struct side *side, const struct side_reading *reading)
{
	return (struct download){
		.head = location_of(side->location),
		.network = reading->network,
		.reason = reading->reason,
	};
}

static int read_published(struct side *side, const struct side_reading *reading)
{
	_cleanup_fetch_result_ struct fetch_result head = {0}, signature = {0};
	const struct download download = download_of(side, reading);
	char sum[CHECKSUM_TEXT_SIZE], path[HEAD_PATH_SIZE];
	struct span text;
	int r = download_file(&download, HEAD_FILE_NAME, HEAD_SIZE_MAX, &head);

	if (r < 0)
		return r;
	text = (struct span){head.bytes, head.length};
	r = parse_head(text, reading, &side->head);
	if (r < 0)
		return r;
	checksum(text.bytes, text.length, sum);
	head_signature_path(sum, path);
	r = download_file(&download, path, MINISIGN_FILE_SIZE_MAX, &signature);
	return r < 0 ? r
		     : check_signature(side, (struct span){signature.bytes, signature.length}, text,
				       reading);
}

int side_read(struct side *side, const struct side_reading *reading)
{
	static int (*const readers[])(struct side * side, const struct side_reading *reading) = {
		[SIDE_STORE] = read_store,
		[SIDE_PUBLISHED] = read_published,
		[SIDE_FILE] = read_file,
		[SIDE_HEAD] = read_kept,
	};

	reading->reason->about = side->text;
	return readers[side->kind](side, reading);
}

int side_read_file(struct side *side, const struct side_reading *reading)
{
	_cleanup_database_ sqlite3 *database = NULL;
	const struct download download = download_of(side, reading);
	size_t deltas;
	int r;

	if (side->kind != SIDE_PUBLISHED || side->file.length > 0)
		return 0;
	reading->reason->about = side->text;
	r = accept_get_file(&download, &side->head, (struct span){NULL, 0}, "", &side->file,
			    &deltas);
	return r < 0 ? r : check_file(side, reading, &database);
}
