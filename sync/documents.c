#include "documents.h"

#include <errno.h>
#include <string.h>

#include "chunk.h"
#include "log.h"
#include "store.h"
#include "update.h"

/* Fast, and most of what there is to gain: documents are made anew with each generation. */
#define COMPRESSION_LEVEL 3

int documents_render(sqlite3 *database, const struct updater *updater)
{
	int64_t since = updater->first, generation = updater->newest;
	int r = records_render(database, since, generation);

	if (r == 0)
		r = tables_render(database, generation);
	if (r == 0)
		r = history_render(database, since, generation);
	if (r == 0)
		r = changes_render(database, since, generation);
	if (r == 0)
		r = days_render(database, generation);
	return r < 0 ? r : readme_render(database, updater, generation);
}

int document_directory(sqlite3 *database, const char *key, int64_t *directory)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(
		database, "SELECT id FROM entity WHERE kind IN (2, 11) AND key = ?1", &statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	r = database_next(statement);
	if (r > 0)
		*directory = sqlite3_column_int64(statement, 0);
	return r == 0  ? log_error_errno(-EBADMSG, "the store has no directory '%s'", key)
	       : r < 0 ? r
		       : 0;
}

int document_append_chunk(sqlite3_stmt *row, int column, struct buffer *bytes)
{
	char chunk[STORE_CHUNK_SIZE];
	size_t length;
	int r = chunk_unpack(sqlite3_column_blob(row, column),
			     (size_t)sqlite3_column_bytes(row, column), chunk, &length);

	if (r < 0)
		return log_error_errno(r, "the store has a damaged document");
	buffer_append(bytes, chunk, length);
	return buffer_error(bytes);
}

int document_get(sqlite3 *database, int64_t directory, const char *name, struct buffer *bytes)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
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
		found = true;
		if (sqlite3_column_type(statement, 0) != SQLITE_NULL)
			r = document_append_chunk(statement, 0, bytes);
		if (r < 0)
			return r;
	}
	if (r == 0)
		r = buffer_error(bytes);
	return r < 0 ? r : found;
}

static int touch(sqlite3 *database, int64_t directory, int64_t generation)
{
	return database_executef(
		database,
		"INSERT OR IGNORE INTO touch (entity, relation, gen) VALUES (%lld, 0, %lld)",
		(long long)directory, (long long)generation);
}

int document_remove(sqlite3 *database, int64_t directory, const char *name, int64_t generation)
{
	int r = database_executef(database,
				  "DELETE FROM document WHERE entity = %lld AND name = %Q",
				  (long long)directory, name);

	if (r < 0 || sqlite3_changes(database) == 0)
		return r;
	return touch(database, directory, generation);
}

int document_pack_chunk(const char *bytes, size_t length, char packed[static CHUNK_PACKED_SIZE],
			size_t *packed_length)
{
	size_t result = ZSTD_compress(packed, CHUNK_PACKED_SIZE, bytes, length, COMPRESSION_LEVEL);

	if (ZSTD_isError(result))
		return log_error_errno(-ENOMEM, "packing a document: %s",
				       ZSTD_getErrorName(result));
	*packed_length = result;
	return 0;
}

/* Writes bytes as chunks from number seq on. */
static int write_chunks(sqlite3 *database, int64_t document, int64_t seq,
			const struct buffer *bytes)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	char packed[CHUNK_PACKED_SIZE];
	int r = database_prepare(database,
				 "INSERT INTO chunk (document, seq, bytes) VALUES (?1, ?2, ?3)",
				 &statement);

	for (size_t offset = 0; r == 0 && offset < bytes->length; offset += STORE_CHUNK_SIZE) {
		size_t length = bytes->length - offset;

		if (length > STORE_CHUNK_SIZE)
			length = STORE_CHUNK_SIZE;
		r = document_pack_chunk(bytes->bytes + offset, length, packed, &length);
		if (r < 0)
			return r;
		(void)sqlite3_bind_int64(statement, 1, document);
		(void)sqlite3_bind_int64(statement, 2, seq++);
		(void)sqlite3_bind_blob(statement, 3, packed, (int)length, SQLITE_STATIC);
		r = database_run(statement);
	}
	return r;
}

static int add_document(sqlite3 *database, int64_t directory, const char *name, int64_t generation,
			size_t size, int64_t *document)
{
	int r = database_executef(database,
				  "INSERT INTO document (entity, name, gen_from, size)"
				  " VALUES (%lld, %Q, %lld, %lld)",
				  (long long)directory, name, (long long)generation,
				  (long long)size);

	*document = sqlite3_last_insert_rowid(database);
	return r;
}

int document_put(sqlite3 *database, int64_t directory, const char *name, const struct buffer *bytes,
		 int64_t generation)
{
	_cleanup_buffer_ struct buffer old = {0};
	int64_t document;
	int r = buffer_error(bytes);

	if (r == 0)
		r = document_get(database, directory, name, &old);
	if (r < 0)
		return r;
	if (r > 0 && old.length == bytes->length &&
	    (old.length == 0 || memcmp(old.bytes, bytes->bytes, old.length) == 0))
		return 0;
	r = document_remove(database, directory, name, generation);
	if (r == 0)
		r = add_document(database, directory, name, generation, bytes->length, &document);
	if (r == 0)
		r = write_chunks(database, document, 0, bytes);
	return r < 0 ? r : touch(database, directory, generation);
}

/* What is in the chunk behind `full` others, if there is one. */
static int get_last_chunk(sqlite3 *database, int64_t document, int64_t full, struct buffer *bytes)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT bytes FROM chunk WHERE document = ?1 AND seq = ?2", &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, document);
	(void)sqlite3_bind_int64(row, 2, full);
	r = database_next(row);
	return r > 0 ? document_append_chunk(row, 0, bytes) : r;
}

/*
 * A new document, as its inode stands for other bytes, takes over the full chunks
 * of the old one. It has another name until the old one is gone.
 */
static int extend(sqlite3 *database, int64_t directory, const char *name, int64_t old, size_t size,
		  const struct buffer *more, int64_t generation)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int64_t full = (int64_t)(size / STORE_CHUNK_SIZE), document = 0;
	int r = get_last_chunk(database, old, full, &bytes);

	if (r < 0)
		return r;
	buffer_append(&bytes, more->bytes, more->length);
	r = buffer_error(&bytes);
	if (r == 0)
		r = add_document(database, directory, ".new", generation, size + more->length,
				 &document);
	if (r == 0)
		r = database_executef(
			database,
			"UPDATE chunk SET document = %lld WHERE document = %lld AND seq < %lld;"
			"DELETE FROM document WHERE id = %lld;"
			"UPDATE document SET name = %Q WHERE id = %lld",
			(long long)document, (long long)old, (long long)full, (long long)old, name,
			(long long)document);
	if (r == 0)
		r = write_chunks(database, document, full, &bytes);
	return r < 0 ? r : touch(database, directory, generation);
}

int document_append(sqlite3 *database, int64_t directory, const char *name,
		    const struct buffer *more, int64_t generation)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int64_t old, size;
	int r = buffer_error(more);

	if (r < 0 || more->length == 0)
		return r;
	r = database_prepare(database,
			     "SELECT id, size FROM document WHERE entity = ?1 AND name = ?2", &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, directory);
	(void)sqlite3_bind_text(row, 2, name, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : document_put(database, directory, name, more, generation);
	old = sqlite3_column_int64(row, 0);
	size = sqlite3_column_int64(row, 1);
	(void)sqlite3_reset(row);
	return extend(database, directory, name, old, (size_t)size, more, generation);
}
