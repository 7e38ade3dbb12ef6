#include "mirror/present.h"

#include "common/log.h"
#include "mirror/object.h"
#include "store/database.h"
#include "store/reader.h"
#include "util/file.h"

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
	(void)snprintf(head->chain, sizeof(head->chain), "%.64s", store->chain);
	r = file_read_whole(store->fd, store->current, OBJECT_FILE_SIZE_MAX, bytes);
	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
	checksum(bytes->bytes, bytes->length, head->file.sha256);
	head->file.size = bytes->length;
	return 0;
}
