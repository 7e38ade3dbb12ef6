#include "mirror/delta.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "util/checksum.h"
#include "chunk.h"
#include "common/cleanup.h"
#include "render/documents.h"
#include "store.h"
#include "store/publications/frame.h"
#include "mirror/object.h"
#include "util/memory.h"

static const char magic[8] = "ISMAPDL1";

#define HEADER_SIZE (sizeof(magic) + sizeof(uint64_t))

/* Chunks' checksums, sorted, so that a chunk is found whatever number its document has now. */
struct known_chunks {
	char (*sums)[CHECKSUM_TEXT_SIZE];
	size_t count, capacity;
};

static int compare_sums(const void *left, const void *right)
{
	return strcmp(left, right);
}

static void known_chunks_add(struct known_chunks *known, const void *bytes, size_t length)
{
	known->sums = xgrow(known->sums, &known->capacity, known->count, 1, sizeof(known->sums[0]));
	checksum(bytes, length, known->sums[known->count++]);
}

/* A generation file in memory, as a database. The bytes must outlive it. */
static int open_span(struct span file, sqlite3 **database)
{
	_cleanup_database_ sqlite3 *opened = NULL;
	unsigned char *bytes;

	if (sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return -EBADMSG;
	store_harden(opened);
	/* Read-only: only the declaration lacks the const. */
	memcpy(&bytes, &file.bytes, sizeof(bytes));
	if (sqlite3_deserialize(opened, "main", bytes, (sqlite3_int64)file.length,
				(sqlite3_int64)file.length,
				SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
		return -EBADMSG;
	*database = steal_pointer(opened);
	return 0;
}

/* Calls each with every chunk as it is packed, in the one order that both sides use. */
static int for_each_chunk(struct span file, int (*each)(void *context, struct span packed),
			  void *context)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = open_span(file, &database), code;

	if (r < 0)
		return r;
	if (sqlite3_prepare_v2(database, "SELECT bytes FROM chunk ORDER BY document, seq", -1,
			       &rows, NULL) != SQLITE_OK)
		return -EBADMSG;
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		struct span packed = {.bytes = sqlite3_column_blob(rows, 0)};

		packed.length = (size_t)sqlite3_column_bytes(rows, 0);
		r = each(context, packed);
		if (r < 0)
			return r;
	}
	return code == SQLITE_DONE ? 0 : -EBADMSG;
}

/* The base, unpacked. known stays empty unless it is wanted. */
struct base {
	struct buffer plain;
	struct known_chunks known;
	bool remember;
};

static void base_release(struct base *base)
{
	buffer_release(&base->plain);
	free(base->known.sums);
}

static int add_base_chunk(void *context, struct span packed)
{
	char bytes[STORE_CHUNK_SIZE];
	struct base *base = context;
	size_t length = 0;
	int r = chunk_unpack(packed.bytes, packed.length, bytes, &length);

	if (r < 0)
		return r == -EIO ? -EBADMSG : r;
	if (base->plain.length + length > OBJECT_FILE_SIZE_MAX)
		return -EFBIG;
	buffer_append(&base->plain, bytes, length);
	if (base->remember)
		known_chunks_add(&base->known, packed.bytes, packed.length);
	return 0;
}

static int read_base(struct span file, bool remember, struct base *base)
{
	int r;

	base->remember = remember;
	r = for_each_chunk(file, add_base_chunk, base);
	if (r == 0 && remember && base->known.count > 0)
		qsort(base->known.sums, base->known.count, sizeof(base->known.sums[0]),
		      compare_sums);
	return r;
}

/* What a delta is made of. */
struct making {
	const struct base *base;
	struct buffer plain;  /* the new chunks, unpacked, each behind its length */
	struct buffer prefix; /* the base, and behind it the new chunks packed */
};

static void making_release(struct making *making)
{
	buffer_release(&making->plain);
	buffer_release(&making->prefix);
}

static void add_chunk(struct making *making, const char *bytes, size_t length, struct span packed)
{
	uint32_t count = htole32((uint32_t)length);

	buffer_append(&making->plain, &count, sizeof(count));
	buffer_append(&making->plain, bytes, length);
	buffer_append(&making->prefix, packed.bytes, packed.length);
}

static int add_new_chunk(void *context, struct span packed)
{
	char bytes[STORE_CHUNK_SIZE], again[CHUNK_PACKED_SIZE], sum[CHECKSUM_TEXT_SIZE];
	struct making *making = context;
	const struct known_chunks *known = &making->base->known;
	size_t length = 0, again_length = 0;
	int r;

	checksum(packed.bytes, packed.length, sum);
	if (known->count > 0 &&
	    bsearch(sum, known->sums, known->count, sizeof(known->sums[0]), compare_sums))
		return 0;
	r = chunk_unpack(packed.bytes, packed.length, bytes, &length);
	if (r < 0)
		return r == -EIO ? -EBADMSG : r;
	again_length = document_pack_chunk(NULL, bytes, length, again);
	/* A chunk that another libzstd packed can't be made again here: the second frame has it. */
	if (again_length != packed.length || memcmp(again, packed.bytes, packed.length) != 0)
		return 0;
	add_chunk(making, bytes, length, packed);
	return 0;
}

int delta_make(struct span base_file, struct span file, struct buffer *delta)
{
	__attribute__((cleanup(base_release))) struct base base = {.remember = true};
	__attribute__((cleanup(making_release))) struct making making = {.base = &base};
	_cleanup_buffer_ struct buffer plain = {0};
	uint64_t length;
	int r;

	if (base_file.length > OBJECT_FILE_SIZE_MAX || file.length > OBJECT_FILE_SIZE_MAX)
		return -EFBIG;
	r = read_base(base_file, true, &base);
	if (r < 0)
		return r;
	buffer_append(&making.prefix, base_file.bytes, base_file.length);
	r = for_each_chunk(file, add_new_chunk, &making);
	if (r < 0)
		return r;
	r = frame_pack(span_of(&base.plain), span_of(&making.plain), &plain);
	if (r < 0)
		return r;
	length = htole64(plain.length);
	buffer_append(delta, magic, sizeof(magic));
	buffer_append(delta, &length, sizeof(length));
	buffer_append(delta, plain.bytes, plain.length);
	return frame_pack(span_of(&making.prefix), file, delta);
}

/* Packs the chunks of the first frame again, behind the base. size: of the file that they are in.
 */
static int pack_again(struct span plain, size_t size, struct buffer *prefix)
{
	const char *position = plain.bytes, *end = position + plain.length;

	while (position < end) {
		char packed[CHUNK_PACKED_SIZE];
		size_t packed_length = 0;
		uint32_t length;

		if ((size_t)(end - position) < sizeof(length))
			return -EBADMSG;
		memcpy(&length, position, sizeof(length));
		length = le32toh(length);
		position += sizeof(length);
		if (length == 0 || length > STORE_CHUNK_SIZE || length > (size_t)(end - position))
			return -EBADMSG;
		packed_length = document_pack_chunk(NULL, position, length, packed);
		if (packed_length > size)
			return -EBADMSG;
		size -= packed_length;
		buffer_append(prefix, packed, packed_length);
		position += length;
	}
	return 0;
}

int delta_apply(struct span base_file, struct span delta, size_t size, struct buffer *file)
{
	__attribute__((cleanup(base_release))) struct base base = {.remember = false};
	_cleanup_buffer_ struct buffer plain = {0}, prefix = {0};
	struct span first, second;
	uint64_t length;
	int r;

	if (size > OBJECT_FILE_SIZE_MAX)
		return -EFBIG;
	if (delta.length < HEADER_SIZE || memcmp(delta.bytes, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	memcpy(&length, (const char *)delta.bytes + sizeof(magic), sizeof(length));
	length = le64toh(length);
	if (length > delta.length - HEADER_SIZE)
		return -EBADMSG;
	first = (struct span){(const char *)delta.bytes + HEADER_SIZE, (size_t)length};
	second = (struct span){(const char *)first.bytes + first.length,
			       delta.length - HEADER_SIZE - first.length};
	r = read_base(base_file, false, &base);
	if (r < 0)
		return r;
	r = frame_unpack(span_of(&base.plain), first, OBJECT_FILE_SIZE_MAX, &plain);
	if (r < 0)
		return r;
	buffer_append(&prefix, base_file.bytes, base_file.length);
	r = pack_again(span_of(&plain), size, &prefix);
	if (r < 0)
		return r;
	r = frame_unpack(span_of(&prefix), second, size, file);
	if (r < 0)
		return r;
	return file->length == size ? 0 : -EBADMSG;
}
