#include "store/snapshot.h"

#include "common/log.h"
#include "inode.h"
#include "store/digest_check.h"

/* Reads the one row of a query. Returns 0 or -EBADMSG. */
static int read_row(sqlite3 *database, const char *sql, sqlite3_stmt **statement)
{
	if (sqlite3_prepare_v2(database, sql, -1, statement, NULL) != SQLITE_OK)
		return -EBADMSG;
	return sqlite3_step(*statement) == SQLITE_ROW ? 0 : -EBADMSG;
}

static int read_identity(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	const char *uuid, *time_zone;
	int r;

	r = read_row(database, "SELECT uuid, time_zone FROM store", &statement);
	if (r < 0)
		return r;
	uuid = (const char *)sqlite3_column_text(statement, 0);
	time_zone = (const char *)sqlite3_column_text(statement, 1);
	if (!uuid || strlen(uuid) != SNAPSHOT_UUID_SIZE - 1 || !time_zone)
		return -EBADMSG;
	(void)snprintf(snapshot->uuid, sizeof(snapshot->uuid), "%s", uuid);
	/* An unknown zone counts as UTC. It only decides which day at/ takes for today. */
	(void)snprintf(snapshot->time_zone, sizeof(snapshot->time_zone), "%s", time_zone);
	return 0;
}

static int read_generations(struct snapshot *snapshot, sqlite3 *database)
{
	int64_t complete;
	int r;

	r = generations_load(database, &snapshot->generations);
	if (r < 0)
		return r;
	snapshot->generation = snapshot->generations.newest;
	r = store_number(database, "SELECT complete FROM generation ORDER BY id DESC LIMIT 1",
			 &complete);
	snapshot->complete = r == 0 && complete == 1;
	return r;
}

/* Ids must fit into inode numbers and directory offsets. */
static int read_ids(struct snapshot *snapshot, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r;

	r = read_row(
		database,
		"SELECT ifnull((SELECT max(id) FROM entity), 0),"
		" max(ifnull((SELECT max(id) FROM value), 0),"
		" ifnull((SELECT max(id) FROM link), 0),"
		" ifnull((SELECT max(id) FROM presence), 0),"
		" ifnull((SELECT max(id) FROM document), 0),"
		" ifnull((SELECT max(id) FROM field), 0)),"
		" (SELECT max(id) FROM document),"
		" ifnull((SELECT max(id) FROM entity), 0) + ifnull((SELECT max(id) FROM value), 0)"
		" + ifnull((SELECT max(id) FROM link), 0) + ifnull((SELECT max(id) FROM document), 0)",
		&statement);
	if (r < 0)
		return r;
	if (sqlite3_column_int64(statement, 0) > INODE_ENTITY_MAX ||
	    sqlite3_column_int64(statement, 1) > LISTING_KEY_MAX)
		return -EOVERFLOW;
	snapshot->newest_document = sqlite3_column_int64(statement, 2);
	snapshot->rows = (uint64_t)sqlite3_column_int64(statement, 3);
	return 0;
}

/* Finds the id of an entity; leaves *entity as it is when there is none. */
static int find_entity(sqlite3 *database, enum kind kind, const char *key, uint32_t *entity)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(database,
			       "SELECT id FROM entity"
			       " WHERE kind = ?1 AND (?2 IS NULL OR key = ?2)",
			       -1, &statement, NULL) != SQLITE_OK)
		return -EBADMSG;
	(void)sqlite3_bind_int(statement, 1, kind);
	(void)sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW: *entity = (uint32_t)sqlite3_column_int64(statement, 0); return 0;
	case SQLITE_DONE: return 0;
	/* An error, not "none": a tree without at/ or .registry would look complete. */
	case SQLITE_NOMEM: return -ENOMEM;
	default: return -EIO;
	}
}

int snapshot_facts(struct connection *connection, uint32_t generation,
		   struct generation_facts *facts)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	const char *chain;
	int r = query_row(connection, QUERY_GENERATION, generation, &statement);

	if (r < 0)
		return r;
	chain = (const char *)sqlite3_column_text(statement, 2);
	*facts = (struct generation_facts){
		.published_at = sqlite3_column_int64(statement, 0),
		.held_until = sqlite3_column_int64(statement, 1),
	};
	(void)snprintf(facts->chain, sizeof(facts->chain), "%s", chain ? chain : "");
	return 0;
}

static int read_chain(struct snapshot *snapshot, struct connection *connection)
{
	struct generation_facts facts;
	int r = snapshot_facts(connection, snapshot->generation, &facts);

	if (r == 0)
		memcpy(snapshot->chain, facts.chain, sizeof(snapshot->chain));
	return r;
}

static int snapshot_load(struct snapshot *snapshot)
{
	_cleanup_connection_ struct connection *connection = NULL;
	int r;

	r = pool_borrow(&snapshot->pool, &connection);
	if (r < 0)
		return r;
	if ((r = read_identity(snapshot, connection->database)) < 0 ||
	    (r = read_generations(snapshot, connection->database)) < 0 ||
	    (r = read_chain(snapshot, connection)) < 0 ||
	    (r = switches_load(snapshot->store_fd, snapshot->generation, &snapshot->switches)) <
		    0 ||
	    (r = read_ids(snapshot, connection->database)) < 0 ||
	    (r = find_entity(connection->database, KIND_REGISTRY, NULL,
			     &snapshot->registry_entity)) < 0 ||
	    (r = find_entity(connection->database, KIND_DERIVED, AT_KEY, &snapshot->at_entity)) < 0)
		return r;
	return fields_load(connection->database, &snapshot->fields);
}

static int explain(const char *path, int error)
{
	switch (error) {
	case -ENOENT:
		return log_error_errno(
			error, "%s: the store names this file as its newest, but it doesn't exist",
			path);
	case -EBADMSG:
		return log_error_errno(
			error, "%s: damaged, or not a store's file. Try 'ismap-sync verify'.",
			path);
	case -EPROTONOSUPPORT:
		return log_error_errno(
			error,
			"%s: made by another version of ismap-sync; 'ismap-sync upgrade --store DIR' brings one of an older version up to date, for one of a newer version use that",
			path);
	case -EKEYREJECTED:
		return log_error_errno(
			error,
			"%s: it isn't what it was when it was made: it was altered, or the disk is failing. 'ismap-sync verify' says what to do.",
			path);
	case -EPROTO:
		return log_error_errno(
			error,
			"%s: has another schema than this program's, so it isn't shown; 'ismap-sync verify' says where it differs",
			path);
	case -EOVERFLOW:
		return log_error_errno(error, "%s: has ids that are too large for inode numbers",
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
	r = digest_check(store_fd, path);
	if (r == 0)
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
	generations_release(&snapshot->generations);
	switches_release(&snapshot->switches);
	free(snapshot);
}
