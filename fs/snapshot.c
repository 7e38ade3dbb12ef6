#include "snapshot.h"

#include "inode.h"
#include "listing.h"
#include "log.h"

/* One row of numbers and texts, or an error: what opening needs. */
static int read_row(sqlite3 *database, const char *sql, sqlite3_stmt **statement)
{
	if (sqlite3_prepare_v2(database, sql, -1, statement, NULL) != SQLITE_OK)
		return -EBADMSG;
	return sqlite3_step(*statement) == SQLITE_ROW ? 0 : -EBADMSG;
}

static int read_identity(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	const char *uuid, *registry;
	int r;

	r = read_row(database, "SELECT uuid, registry FROM store", &statement);
	if (r < 0)
		return r;
	uuid = (const char *)sqlite3_column_text(statement, 0);
	registry = (const char *)sqlite3_column_text(statement, 1);
	if (!uuid || strlen(uuid) != SNAPSHOT_UUID_SIZE - 1 || !registry)
		return -EBADMSG;
	(void)snprintf(snapshot->uuid, sizeof(snapshot->uuid), "%s", uuid);
	(void)snprintf(snapshot->registry, sizeof(snapshot->registry), "%s", registry);
	return 0;
}

static int read_newest(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int64_t newest, oldest;
	int r;

	r = read_row(database,
		     "SELECT id, complete, (SELECT min(id) FROM generation) FROM generation"
		     " ORDER BY id DESC LIMIT 1",
		     &statement);
	if (r < 0)
		return r;
	newest = sqlite3_column_int64(statement, 0);
	oldest = sqlite3_column_int64(statement, 2);
	if (oldest < 1 || newest > INODE_GENERATION_MAX)
		return -EBADMSG;
	snapshot->generation = (uint32_t)newest;
	snapshot->oldest = (uint32_t)oldest;
	snapshot->complete = sqlite3_column_int64(statement, 1) == 1;
	return 0;
}

static int read_mtimes(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r;

	snapshot->mtimes = calloc((size_t)snapshot->generation + 1, sizeof(*snapshot->mtimes));
	if (!snapshot->mtimes)
		return -ENOMEM;
	if (sqlite3_prepare_v2(database, "SELECT id, mtime FROM generation", -1, &statement,
			       NULL) != SQLITE_OK)
		return -EBADMSG;
	while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0);

		if (id < 1 || id > snapshot->generation)
			return -EBADMSG;
		snapshot->mtimes[id] = sqlite3_column_int64(statement, 1);
	}
	return r == SQLITE_DONE ? 0 : -EIO;
}

/* Ids have fewer bits in inode numbers and directory offsets than in SQLite. */
static int check_ids(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r;

	r = read_row(database,
		     "SELECT ifnull((SELECT max(id) FROM entity), 0),"
		     " max(ifnull((SELECT max(id) FROM value), 0),"
		     " ifnull((SELECT max(id) FROM link), 0),"
		     " ifnull((SELECT max(id) FROM presence), 0),"
		     " ifnull((SELECT max(id) FROM document), 0),"
		     " ifnull((SELECT max(id) FROM field), 0))",
		     &statement);
	if (r < 0)
		return r;
	if (sqlite3_column_int64(statement, 0) > UINT32_MAX ||
	    sqlite3_column_int64(statement, 1) > LISTING_KEY_MAX)
		return -EOVERFLOW;
	return 0;
}

static int read_registry(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(database, "SELECT id FROM entity WHERE kind = ?1", -1, &statement,
			       NULL) != SQLITE_OK)
		return -EBADMSG;
	(void)sqlite3_bind_int(statement, 1, KIND_REGISTRY);
	if (sqlite3_step(statement) == SQLITE_ROW)
		snapshot->registry_entity = (uint32_t)sqlite3_column_int64(statement, 0);
	return 0;
}

static int snapshot_load(struct snapshot *snapshot)
{
	_cleanup_connection_ struct connection *connection = NULL;
	int r;

	r = pool_borrow(&snapshot->pool, &connection);
	if (r < 0)
		return r;
	if ((r = read_identity(snapshot, connection->database)) < 0 ||
	    (r = read_newest(snapshot, connection->database)) < 0 ||
	    (r = read_mtimes(snapshot, connection->database)) < 0 ||
	    (r = check_ids(connection->database)) < 0 ||
	    (r = read_registry(snapshot, connection->database)) < 0)
		return r;
	return fields_load(connection->database, &snapshot->fields);
}

static int explain(const char *path, int error)
{
	switch (error) {
	case -ENOENT:
		return log_error_errno(error,
				       "%s: the store names this file as its newest, but it "
				       "isn't there",
				       path);
	case -EBADMSG:
		return log_error_errno(error,
				       "%s: damaged, or not a store's file. Try 'ismap-sync "
				       "verify'.",
				       path);
	case -EPROTONOSUPPORT:
		return log_error_errno(error,
				       "%s: made by another version of ismap-sync, whose format "
				       "this ismapfs doesn't know",
				       path);
	case -EOVERFLOW:
		return log_error_errno(error, "%s: has ids that are too great for inode numbers",
				       path);
	default: return log_error_errno(error, "%s: can't be read: %m", path);
	}
}

int snapshot_open(int store_fd, const char *path, struct snapshot **snapshot)
{
	_cleanup_snapshot_ struct snapshot *opened = calloc(1, sizeof(*opened));
	int r;

	if (!opened)
		return log_error_errno(-ENOMEM, "%s: %m", path);
	atomic_init(&opened->references, 1);
	opened->store_fd = store_fd;
	pool_init(&opened->pool, store_fd, path);
	r = snapshot_load(opened);
	if (r < 0)
		return explain(path, r);
	*snapshot = steal_pointer(opened);
	return 0;
}

struct snapshot *snapshot_reference(struct snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->references, 1);
	return snapshot;
}

void snapshot_release(struct snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) > 1)
		return;
	pool_release(&snapshot->pool);
	fields_release(&snapshot->fields);
	free(snapshot->mtimes);
	free(snapshot);
}

int64_t snapshot_mtime(const struct snapshot *snapshot, int64_t generation)
{
	if (generation < snapshot->oldest || generation > snapshot->generation)
		generation = snapshot->oldest;
	return snapshot->mtimes[generation];
}
