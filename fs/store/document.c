#include "store/document.h"

#include <errno.h>
#include <string.h>

#include "chunk.h"
#include "common/cleanup.h"

static int document_size(struct connection *connection, uint64_t row, uint64_t *size)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r = query_row(connection, QUERY_DOCUMENT, row, &statement);

	if (r < 0)
		return r;
	*size = (uint64_t)sqlite3_column_int64(statement, COLUMN_SIZE);
	return *size > INT64_MAX ? -EIO : 0;
}

/* Copies length bytes from offset on out of the chunks. Fewer mean a damaged store. */
static int copy_chunks(struct connection *connection, uint64_t row, uint64_t offset, char *bytes,
		       size_t length)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	size_t copied = 0;
	int r;

	if (!connection->unpacker)
		connection->unpacker = ZSTD_createDCtx();
	if (!connection->unpacker)
		return -ENOMEM;
	r = query_begin(connection, QUERY_CHUNKS, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(statement, 1, (int64_t)row);
	(void)sqlite3_bind_int64(statement, 2, (int64_t)(offset / STORE_CHUNK_SIZE));
	(void)sqlite3_bind_int64(statement, 3, (int64_t)((offset + length - 1) / STORE_CHUNK_SIZE));
	while (copied < length && (r = query_next(connection, statement)) > 0) {
		uint64_t position = offset + copied;
		size_t within = (size_t)(position % STORE_CHUNK_SIZE);
		char chunk[STORE_CHUNK_SIZE];
		size_t chunk_length, piece;

		if (sqlite3_column_int64(statement, 0) != (int64_t)(position / STORE_CHUNK_SIZE))
			return -EIO;
		r = chunk_unpack_by(connection->unpacker, sqlite3_column_blob(statement, 1),
				    (size_t)sqlite3_column_bytes(statement, 1), chunk,
				    &chunk_length);
		if (r < 0)
			return r;
		piece = part_of(chunk_length, within, length - copied);
		if (piece == 0)
			return -EIO;
		memcpy(bytes + copied, chunk + within, piece);
		copied += piece;
	}
	if (r < 0)
		return r;
	return copied == length ? 0 : -EIO;
}

int document_read(struct connection *connection, uint64_t row, uint64_t offset, size_t size,
		  char **bytes, size_t *length)
{
	_cleanup_free_ char *buffer = NULL;
	uint64_t total;
	int r;

	r = document_size(connection, row, &total);
	if (r < 0)
		return r;
	*length = part_of(total, offset, size);
	buffer = malloc(*length + 1);
	if (!buffer)
		return -ENOMEM;
	if (*length > 0) {
		r = copy_chunks(connection, row, offset, buffer, *length);
		if (r < 0)
			return r;
	}
	*bytes = steal_pointer(buffer);
	return 0;
}
