#include "render/documents.h"

#include <errno.h>
#include <string.h>

#include "chunk.h"
#include "common/log.h"
#include "store.h"
#include "util/memory.h"

/*
 * Level 1 is fast, since each generation renders documents anew, and saves nearly as
 * much as higher ones. A mirror that applies a delta packs at this level, too.
 */
#define COMPRESSION_LEVEL 1

static const char *const statement_texts[DOCUMENTS_STATEMENT_COUNT] = {
	[DOCUMENTS_FIND] = "SELECT id, size FROM document WHERE entity = ?1 AND name = ?2",
	[DOCUMENTS_CHUNKS] = "SELECT bytes FROM chunk WHERE document = ?1 ORDER BY seq",
	[DOCUMENTS_CHUNK] = "SELECT bytes FROM chunk WHERE document = ?1 AND seq = ?2",
	[DOCUMENTS_ADD] =
		"INSERT INTO document (entity, name, gen_from, size) VALUES (?1, ?2, ?3, ?4)",
	[DOCUMENTS_ADD_CHUNK] = "INSERT INTO chunk (document, seq, bytes) VALUES (?1, ?2, ?3)",
	[DOCUMENTS_REMOVE] = "DELETE FROM document WHERE id = ?1",
	[DOCUMENTS_TOUCH] =
		"INSERT OR IGNORE INTO touch (entity, relation, gen) VALUES (?1, ?2, ?3)",
};

int documents_open(struct documents *documents, sqlite3 *database, int64_t since,
		   int64_t generation)
{
	*documents = (struct documents){
		.database = database,
		.since = since,
		.generation = generation,
		.packer = ZSTD_createCCtx(),
		.unpacker = ZSTD_createDCtx(),
	};
	if (!documents->packer || !documents->unpacker)
		out_of_memory();
	for (int i = 0; i < DOCUMENTS_STATEMENT_COUNT; i++) {
		int r = database_prepare(database, statement_texts[i], &documents->statements[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

void documents_close(struct documents *documents)
{
	for (int i = 0; i < DOCUMENTS_STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(steal_pointer(documents->statements[i]));
	(void)ZSTD_freeCCtx(steal_pointer(documents->packer));
	(void)ZSTD_freeDCtx(steal_pointer(documents->unpacker));
}

int document_directory(sqlite3 *database, const char *key, int64_t *directory)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database,
				 "SELECT id FROM entity WHERE kind IN (?2, ?3, ?4) AND key = ?1",
				 &statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(statement, 2, KIND_COLLECTION);
	(void)sqlite3_bind_int(statement, 3, KIND_DERIVED);
	(void)sqlite3_bind_int(statement, 4, KIND_REGISTRY);
	r = database_next(statement);
	if (r < 0)
		return r;
	if (r == 0)
		return log_error_errno(-EBADMSG, "the store has no directory '%s'", key);
	*directory = sqlite3_column_int64(statement, 0);
	return 0;
}

static int unpack(ZSTD_DCtx *unpacker, sqlite3_stmt *row, int column,
		  char chunk[static STORE_CHUNK_SIZE], size_t *length)
{
	const void *packed = sqlite3_column_blob(row, column);
	size_t packed_length = (size_t)sqlite3_column_bytes(row, column);
	int r = unpacker ? chunk_unpack_by(unpacker, packed, packed_length, chunk, length)
			 : chunk_unpack(packed, packed_length, chunk, length);

	return r < 0 ? log_error_errno(r, "the store has a damaged document") : 0;
}

int document_append_chunk(ZSTD_DCtx *unpacker, sqlite3_stmt *row, int column, struct buffer *bytes)
{
	char chunk[STORE_CHUNK_SIZE];
	size_t length = 0;
	int r = unpack(unpacker, row, column, chunk, &length);

	if (r < 0)
		return r;
	buffer_append(bytes, chunk, length);
	return 0;
}

int document_read_parts(sqlite3 *database, int64_t directory, const char *name,
			int (*take)(void *context, const char *bytes, size_t length), void *context)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	char chunk[STORE_CHUNK_SIZE];
	bool found = false;
	int r = database_prepare(
		database,
		"SELECT c.bytes FROM document d LEFT JOIN chunk c ON c.document = d.id"
		" WHERE d.entity = ?1 AND d.name = ?2 ORDER BY c.seq",
		&statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(statement, 1, directory);
	(void)sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	while ((r = database_next(statement)) > 0) {
		size_t length = 0;

		found = true;
		if (sqlite3_column_type(statement, 0) == SQLITE_NULL)
			continue;
		r = unpack(NULL, statement, 0, chunk, &length);
		if (r == 0)
			r = take(context, chunk, length);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : found;
}

static int touch(struct documents *documents, int64_t directory)
{
	sqlite3_stmt *statement = documents->statements[DOCUMENTS_TOUCH];

	(void)sqlite3_bind_int64(statement, 1, directory);
	(void)sqlite3_bind_int(statement, 2, RELATION_SELF);
	(void)sqlite3_bind_int64(statement, 3, documents->generation);
	return database_run(statement);
}

/* Returns 1 with a document's id and size, 0 when there is none, or -errno. */
static int find(struct documents *documents, int64_t directory, const char *name, int64_t *document,
		int64_t *size)
{
	sqlite3_stmt *row = documents->statements[DOCUMENTS_FIND];
	int r;

	(void)sqlite3_bind_int64(row, 1, directory);
	(void)sqlite3_bind_text(row, 2, name, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r > 0) {
		*document = sqlite3_column_int64(row, 0);
		*size = sqlite3_column_int64(row, 1);
	}
	(void)sqlite3_reset(row);
	return r;
}

static int delete_document(struct documents *documents, int64_t document)
{
	sqlite3_stmt *statement = documents->statements[DOCUMENTS_REMOVE];

	(void)sqlite3_bind_int64(statement, 1, document);
	return database_run(statement);
}

int document_remove(struct documents *documents, int64_t directory, const char *name)
{
	int64_t document, size;
	int r = find(documents, directory, name, &document, &size);

	if (r <= 0)
		return r;
	r = delete_document(documents, document);
	return r < 0 ? r : touch(documents, directory);
}

size_t document_pack_chunk(ZSTD_CCtx *packer, const char *bytes, size_t length,
			   char packed[static CHUNK_PACKED_SIZE])
{
	size_t result =
		packer ? ZSTD_compressCCtx(packer, packed, CHUNK_PACKED_SIZE, bytes, length,
					   COMPRESSION_LEVEL)
		       : ZSTD_compress(packed, CHUNK_PACKED_SIZE, bytes, length, COMPRESSION_LEVEL);

	/* There is room for the worst case: it fails for want of memory alone. */
	if (ZSTD_isError(result))
		out_of_memory();
	return result;
}

/* Writes bytes as chunks from number seq on. */
static int write_chunks(struct documents *documents, int64_t document, int64_t seq,
			const struct buffer *bytes)
{
	sqlite3_stmt *statement = documents->statements[DOCUMENTS_ADD_CHUNK];
	char packed[CHUNK_PACKED_SIZE];

	for (size_t offset = 0; offset < bytes->length; offset += STORE_CHUNK_SIZE) {
		size_t length = bytes->length - offset;
		int r;

		if (length > STORE_CHUNK_SIZE)
			length = STORE_CHUNK_SIZE;
		length = document_pack_chunk(documents->packer, bytes->bytes + offset, length,
					     packed);
		(void)sqlite3_bind_int64(statement, 1, document);
		(void)sqlite3_bind_int64(statement, 2, seq++);
		(void)sqlite3_bind_blob(statement, 3, packed, (int)length, SQLITE_STATIC);
		r = database_run(statement);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_document(struct documents *documents, int64_t directory, const char *name,
			size_t size, int64_t *document)
{
	sqlite3_stmt *statement = documents->statements[DOCUMENTS_ADD];
	int r;

	(void)sqlite3_bind_int64(statement, 1, directory);
	(void)sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 3, documents->generation);
	(void)sqlite3_bind_int64(statement, 4, (int64_t)size);
	r = database_run(statement);
	*document = sqlite3_last_insert_rowid(documents->database);
	return r;
}

/* Whether a document of the same size holds these bytes: 1, 0 or -errno. */
static int is_same(struct documents *documents, int64_t document, const struct buffer *bytes)
{
	sqlite3_stmt *rows = documents->statements[DOCUMENTS_CHUNKS];
	char chunk[STORE_CHUNK_SIZE];
	size_t offset = 0, length = 0;
	int r;

	(void)sqlite3_bind_int64(rows, 1, document);
	while ((r = database_next(rows)) > 0) {
		r = unpack(documents->unpacker, rows, 0, chunk, &length);
		if (r < 0)
			break;
		if (length > bytes->length - offset ||
		    memcmp(bytes->bytes + offset, chunk, length) != 0)
			break;
		offset += length;
	}
	(void)sqlite3_reset(rows);
	return r < 0 ? r : offset == bytes->length;
}

int document_put(struct documents *documents, int64_t directory, const char *name,
		 const struct buffer *bytes)
{
	int64_t document = 0, size = 0;
	int r = find(documents, directory, name, &document, &size);

	if (r < 0)
		return r;
	if (r > 0) {
		r = (size_t)size == bytes->length ? is_same(documents, document, bytes) : 0;
		if (r != 0)
			return r < 0 ? r : 0;
		r = delete_document(documents, document);
		if (r < 0)
			return r;
	}
	r = add_document(documents, directory, name, bytes->length, &document);
	if (r < 0)
		return r;
	r = write_chunks(documents, document, 0, bytes);
	return r < 0 ? r : touch(documents, directory);
}

/* Appends what the chunk behind `full` others holds; nothing when there is none. */
static int get_last_chunk(struct documents *documents, int64_t document, int64_t full,
			  struct buffer *bytes)
{
	sqlite3_stmt *row = documents->statements[DOCUMENTS_CHUNK];
	int r;

	(void)sqlite3_bind_int64(row, 1, document);
	(void)sqlite3_bind_int64(row, 2, full);
	r = database_next(row);
	if (r > 0)
		r = document_append_chunk(documents->unpacker, row, 0, bytes);
	(void)sqlite3_reset(row);
	return r;
}

/*
 * Makes a new document, since an inode stands for the same bytes for ever. It takes
 * over the old one's full chunks, and has another name until the old one is gone.
 */
static int extend(struct documents *documents, int64_t directory, const char *name, int64_t old,
		  size_t size, const struct buffer *more)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int64_t full = (int64_t)(size / STORE_CHUNK_SIZE), document = 0;
	int r = get_last_chunk(documents, old, full, &bytes);

	if (r < 0)
		return r;
	buffer_append(&bytes, more->bytes, more->length);
	r = add_document(documents, directory, ".new", size + more->length, &document);
	if (r < 0)
		return r;
	r = database_executef(
		documents->database,
		"UPDATE chunk SET document = %lld WHERE document = %lld AND seq < %lld;"
		"DELETE FROM document WHERE id = %lld;"
		"UPDATE document SET name = %Q WHERE id = %lld",
		(long long)document, (long long)old, (long long)full, (long long)old, name,
		(long long)document);
	if (r < 0)
		return r;
	r = write_chunks(documents, document, full, &bytes);
	return r < 0 ? r : touch(documents, directory);
}

int document_append(struct documents *documents, int64_t directory, const char *name,
		    const struct buffer *more)
{
	int64_t old, size;
	int r;

	if (more->length == 0)
		return 0;
	r = find(documents, directory, name, &old, &size);
	if (r <= 0)
		return r < 0 ? r : document_put(documents, directory, name, more);
	return extend(documents, directory, name, old, (size_t)size, more);
}
