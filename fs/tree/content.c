#include "tree/content.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "inode.h"
#include "store/document.h"
#include "tree/dated.h"
#include "tree/day_files.h"
#include "tree/fresh.h"
#include "tree/view.h"

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
	text = (const char *)sqlite3_column_text(statement, COLUMN_TEXT);
	text_length = (size_t)sqlite3_column_bytes(statement, COLUMN_TEXT);
	/* An empty text is an empty file. Any other file ends with a newline, which isn't stored.
	 */
	if (!text || sqlite3_column_int64(statement, COLUMN_SIZE) !=
			     (text_length == 0 ? 0 : (int64_t)text_length + 1))
		return -EIO;
	*length = part_of(text_length == 0 ? 0 : text_length + 1, offset, size);
	*bytes = malloc(*length + 1);
	if (!*bytes)
		return -ENOMEM;
	from_text = part_of(text_length, offset, *length);
	if (from_text > 0)
		memcpy(*bytes, text + offset, from_text);
	if (from_text < *length)
		(*bytes)[from_text] = '\n';
	return 0;
}

static int content_of_text(const char *text, size_t text_length, uint64_t offset, size_t size,
			   char **bytes, size_t *length)
{
	*length = part_of(text_length, offset, size);
	*bytes = malloc(*length + 1);
	if (!*bytes)
		return -ENOMEM;
	if (*length > 0)
		memcpy(*bytes, text + offset, *length);
	return 0;
}

static int content_of_state(const struct state_files *state_files, uint64_t inode, uint64_t offset,
			    size_t size, char **bytes, size_t *length)
{
	const struct rendered_file *file;

	if (!state_files_contain(state_files, inode))
		return -ESTALE;
	file = &state_files->files[inode_state_file(inode)];
	if (!file->text)
		return -ESTALE;
	return content_of_text(file->text, file->length, offset, size, bytes, length);
}

static int content_of_day(const struct view *view, uint64_t inode, uint64_t offset, size_t size,
			  char **bytes, size_t *length)
{
	char text[DAY_FILE_SIZE];
	int text_length;

	if (!day_file_name(inode_day_node(inode)))
		return -EINVAL;
	text_length = day_file_text(view, inode, text);
	if (text_length < 0)
		return text_length;
	return content_of_text(text, (size_t)text_length, offset, size, bytes, length);
}

int content_read(const struct view *view, uint64_t inode, uint64_t offset, size_t size,
		 char **bytes, size_t *length)
{
	switch (inode_class(inode)) {
	case INODE_VALUE:
		return content_of_value(view->connection, inode_row(inode), offset, size, bytes,
					length);
	case INODE_DOCUMENT:
		return document_read(view->connection, inode_row(inode), offset, size, bytes,
				     length);
	case INODE_STATE:
		return content_of_state(view->state_files, inode, offset, size, bytes, length);
	case INODE_DAY: return content_of_day(view, inode, offset, size, bytes, length);
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
		return fresh_path(inode, path);
	if (inode_class(inode) == INODE_DAY)
		return day_file_name(inode_day_node(inode)) ? -EINVAL
							    : dated_link_path(view, inode, path);
	if (inode_class(inode) != INODE_LINK)
		return -EINVAL;
	r = query_row(view->connection, QUERY_LINK, inode_row(inode), &statement);
	if (r < 0)
		return r;
	text = (const char *)sqlite3_column_text(statement, COLUMN_PATH);
	if (!text || strlen(text) >= PATH_MAX)
		return -EIO;
	memcpy(path, text, strlen(text) + 1);
	return 0;
}
