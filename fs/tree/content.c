#include "tree/content.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "tree/dated.h"
#include "chunk.h"
#include "common/cleanup.h"
#include "inode.h"
#include "tree/view.h"
#include "store.h"
#include "tree/tree.h"

/* How many of size bytes from offset on a file of total bytes has. */
static size_t available(uint64_t total, uint64_t offset, size_t size)
{
	if (offset >= total)
		return 0;
	return total - offset < size ? (size_t)(total - offset) : size;
}

static int content_of_value(struct connection *connection, uint64_t row, uint64_t offset,
			    size_t size, char **bytes, size_t *length)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	const char *text;
	size_t text_length, from_text;
	int r;

	r = query_row(connection, QUERY_VALUE_TEXT, row, &statement);
	if (r < 0)
		return r;
	text = (const char *)sqlite3_column_text(statement, 0);
	text_length = (size_t)sqlite3_column_bytes(statement, 0);
	/* An empty text is an empty file, any other one ends in a newline that isn't stored. */
	if (!text ||
	    sqlite3_column_int64(statement, 1) != (text_length == 0 ? 0 : (int64_t)text_length + 1))
		return -EIO;
	*length = available(text_length == 0 ? 0 : text_length + 1, offset, size);
	*bytes = malloc(*length + 1);
	if (!*bytes)
		return -ENOMEM;
	from_text = available(text_length, offset, *length);
	if (from_text > 0)
		memcpy(*bytes, text + offset, from_text);
	if (from_text < *length)
		(*bytes)[from_text] = '\n';
	return 0;
}

static int document_size(struct connection *connection, uint64_t row, uint64_t *size)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r = query_row(connection, QUERY_DOCUMENT, row, &statement);

	if (r < 0)
		return r;
	*size = (uint64_t)sqlite3_column_int64(statement, 0);
	return *size > INT64_MAX ? -EIO : 0;
}

/* Fills bytes with what the chunks have from offset on: all of length, or it is damaged. */
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
		piece = available(chunk_length, within, length - copied);
		if (piece == 0)
			return -EIO;
		memcpy(bytes + copied, chunk + within, piece);
		copied += piece;
	}
	if (r < 0)
		return r;
	return copied == length ? 0 : -EIO;
}

int content_of_document(struct connection *connection, uint64_t row, uint64_t offset, size_t size,
			char **bytes, size_t *length)
{
	_cleanup_free_ char *buffer = NULL;
	uint64_t total;
	int r;

	r = document_size(connection, row, &total);
	if (r < 0)
		return r;
	*length = available(total, offset, size);
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

static int content_of_state(const struct status *status, uint64_t inode, uint64_t offset,
			    size_t size, char **bytes, size_t *length)
{
	const struct status_file *file;

	if (!status_has(status, inode))
		return -ESTALE;
	file = &status->files[inode_state_file(inode)];
	if (!file->text)
		return -ESTALE;
	*length = available(file->length, offset, size);
	*bytes = malloc(*length + 1);
	if (!*bytes)
		return -ENOMEM;
	if (*length > 0)
		memcpy(*bytes, file->text + offset, *length);
	return 0;
}

int content_read(const struct view *view, uint64_t inode, uint64_t offset, size_t size,
		 char **bytes, size_t *length)
{
	switch (inode_class(inode)) {
	case INODE_VALUE:
		return content_of_value(view->connection, inode_row(inode), offset, size, bytes,
					length);
	case INODE_DOCUMENT:
		return content_of_document(view->connection, inode_row(inode), offset, size, bytes,
					   length);
	case INODE_STATE: return content_of_state(view->status, inode, offset, size, bytes, length);
	case INODE_ROOT:
	case INODE_DIRECTORY: return -EISDIR;
	default: return -EINVAL;
	}
}

int content_link(const struct view *view, uint64_t inode, char path[static PATH_MAX])
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	const char *text;
	int r;

	if (inode_class(inode) == INODE_FRESH)
		return snprintf(path, PATH_MAX, "%s", TREE_FRESH_TARGET) > 0 ? 0 : -EIO;
	if (inode_class(inode) == INODE_DAY)
		return at_link_path(view, inode, path);
	if (inode_class(inode) != INODE_LINK)
		return -EINVAL;
	r = query_row(view->connection, QUERY_LINK, inode_row(inode), &statement);
	if (r < 0)
		return r;
	text = (const char *)sqlite3_column_text(statement, 0);
	if (!text || strlen(text) >= PATH_MAX)
		return -EIO;
	memcpy(path, text, strlen(text) + 1);
	return 0;
}
