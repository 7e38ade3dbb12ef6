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

static int write_chunks(sqlite3 *database, int64_t document, const struct buffer *bytes)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	char packed[CHUNK_PACKED_SIZE];
	int r = database_prepare(database,
				 "INSERT INTO chunk (document, seq, bytes) VALUES (?1, ?2, ?3)",
				 &statement);
	int seq = 0;

	for (size_t offset = 0; r == 0 && offset < bytes->length; offset += STORE_CHUNK_SIZE) {
		size_t length = bytes->length - offset;

		if (length > STORE_CHUNK_SIZE)
			length = STORE_CHUNK_SIZE;
		length = ZSTD_compress(packed, sizeof(packed), bytes->bytes + offset, length,
				       COMPRESSION_LEVEL);
		if (ZSTD_isError(length))
			return log_error_errno(-ENOMEM, "packing a document: %s",
					       ZSTD_getErrorName(length));
		(void)sqlite3_bind_int64(statement, 1, document);
		(void)sqlite3_bind_int(statement, 2, seq++);
		(void)sqlite3_bind_blob(statement, 3, packed, (int)length, SQLITE_STATIC);
		r = database_run(statement);
	}
	return r;
}

int document_put(sqlite3 *database, int64_t directory, const char *name, const struct buffer *bytes,
		 int64_t generation)
{
	_cleanup_buffer_ struct buffer old = {0};
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
		r = database_executef(database,
				      "INSERT INTO document (entity, name, gen_from, size)"
				      " VALUES (%lld, %Q, %lld, %lld)",
				      (long long)directory, name, (long long)generation,
				      (long long)bytes->length);
	if (r == 0)
		r = write_chunks(database, sqlite3_last_insert_rowid(database), bytes);
	return r < 0 ? r : touch(database, directory, generation);
}
