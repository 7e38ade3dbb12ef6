#include "store/reader.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "stale.h"
#include "util/clock.h"

int store_reader_find_version(const struct store_directory *store, int64_t *version)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store_open_any(store->fd, store->current, &database);

	if ((r < 0 && r != -EPROTONOSUPPORT) ||
	    store_number(database, "PRAGMA user_version", version) < 0)
		return -EBADMSG;
	return 0;
}

/* Says why the current file can't be read. */
static int fail(const struct store_directory *store, int r)
{
	if (r == -EPROTONOSUPPORT && store->state.signer[0] != '\0')
		return log_error_errno(
			r,
			"%s/%s is of another version of ismapfs; a mirror is filled anew: move %s away and pull again",
			store->path, store->current, store->path);
	if (r == -EPROTONOSUPPORT)
		return log_error_errno(
			r,
			"%s/%s is of another version of ismapfs; 'ismap-sync upgrade --store %s' brings one of an older version up to date, for one of a newer version use that",
			store->path, store->current, store->path);
	if (r == -EPROTO)
		return log_error_errno(
			r,
			"%s/%s has another schema than this program's, so it isn't used: 'ismap-sync verify --store %s' says where it differs",
			store->path, store->current, store->path);
	return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
}

int store_reader_open_current(const struct store_directory *store, sqlite3 **database)
{
	int r = store_open_reader(store->fd, store->current, database);

	return r < 0 ? fail(store, r) : 0;
}

int store_reader_open_any(struct store_directory *store, const char *path, sqlite3 **database)
{
	int r = store_directory_open(store, path);

	if (r < 0)
		return r;
	r = store_open_any(store->fd, store->current, database);
	return r < 0 ? fail(store, r) : 0;
}

int store_reader_open(struct store_directory *store, const char *path, sqlite3 **database)
{
	int r = store_directory_open(store, path);

	return r < 0 ? r : store_reader_open_current(store, database);
}

int store_reader_find_stale_reason(const struct store_directory *store, sqlite3 *database,
				   int64_t now, enum stale_reason *reason)
{
	const struct state *state = &store->state;
	struct state_list list = {.behind = false};
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT complete, EXISTS (SELECT 1 FROM generation s"
				 " WHERE s.id = ?1 AND s.chain = ?2)"
				 " FROM generation ORDER BY id DESC LIMIT 1",
				 &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, state->generation);
	(void)sqlite3_bind_text(row, 2, state->chain, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r < 0)
		return r;
	list.complete = sqlite3_column_int(row, 0) != 0;
	list.spoken_of = sqlite3_column_int(row, 1) != 0;
	*reason = state_stale_reason(state, &list, &STATE_LIMITS_DEFAULT, now);
	return 0;
}

static int read_text(sqlite3 *database, const char *sql, char *text, size_t size)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database, sql, &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	(void)snprintf(text, size, "%s", database_text(row, 0));
	return 0;
}

int store_reader_read_zone(sqlite3 *database, char zone[static STORE_ZONE_SIZE])
{
	return read_text(database, "SELECT time_zone FROM store", zone, STORE_ZONE_SIZE);
}

int store_reader_explain_stale(const struct store_directory *store, sqlite3 *database,
			       enum stale_reason reason, char *text, size_t size)
{
	char zone[STORE_ZONE_SIZE];
	int r = store_reader_read_zone(database, zone);

	if (r < 0)
		return r;
	stale_reason_sentence(reason, &store->state, &STATE_LIMITS_DEFAULT, zone, text, size);
	return 0;
}

int store_reader_find_registry(const struct store_directory *store,
			       char registry[static STORE_REGISTRY_SIZE])
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store->current[0] == '\0' ? -ENOENT
					  : store_open_reader(store->fd, store->current, &database);

	return r < 0 ? r
		     : read_text(database, "SELECT registry FROM store", registry,
				 STORE_REGISTRY_SIZE);
}

int store_reader_find_zone(const struct store_directory *store, char zone[static STORE_ZONE_SIZE])
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store->current[0] == '\0' ? -ENOENT
					  : store_open_reader(store->fd, store->current, &database);

	return r < 0 ? r : store_reader_read_zone(database, zone);
}
