#include "store/reader.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "util/clock.h"

int store_reader_find_version(const struct store_directory *store, int64_t *version)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int64_t application = 0;
	char uri[sizeof("file:/proc/self/fd//?immutable=1") + 16 + STORE_GENERATION_PATH_SIZE];

	(void)snprintf(uri, sizeof(uri), "file:/proc/self/fd/%d/%s?immutable=1", store->fd,
		       store->current);
	if (sqlite3_open_v2(uri, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
		    SQLITE_OK ||
	    store_number(database, "PRAGMA application_id", &application) < 0 ||
	    store_number(database, "PRAGMA user_version", version) < 0 ||
	    application != STORE_APPLICATION_ID)
		return -EBADMSG;
	return 0;
}

int store_reader_open_current(const struct store_directory *store, sqlite3 **database)
{
	int r = store_open_reader(store->fd, store->current, database);

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
	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
	return 0;
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

int store_reader_find_day(sqlite3 *database, const char *day, int64_t *generation)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	char last[DAY_TEXT_SIZE];
	int64_t days = 0;
	int r;

	/* Bytewise, every day of a month is before its 32nd. */
	if (strcmp(day, "latest") == 0)
		(void)snprintf(last, sizeof(last), "9999-99-99");
	else if (strlen(day) == 7)
		(void)snprintf(last, sizeof(last), "%s-01", day);
	else
		(void)snprintf(last, sizeof(last), "%.40s", day);
	if (strcmp(day, "latest") != 0 && day_parse(last, &days) < 0)
		return log_error_errno(-EINVAL, "'%s' is not a day: YYYY-MM-DD, YYYY-MM or latest",
				       day);
	if (strcmp(day, "latest") != 0 && days > clock_now() / MILLISECONDS_PER_DAY + 1)
		return log_error_errno(-EINVAL, "'%s' is in the future", day);
	if (strlen(day) == 7)
		(void)snprintf(last, sizeof(last), "%s-32", day);
	r = database_prepare(database,
			     "SELECT max(id) FROM generation WHERE kept = 1 AND day <= ?1",
			     &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, 1, last, -1, SQLITE_STATIC);
	r = database_next(statement);
	if (r < 0)
		return r;
	if (sqlite3_column_type(statement, 0) == SQLITE_NULL)
		return log_error_errno(
			-ENOENT, "the store knows nothing of %s: its first day is later", day);
	*generation = sqlite3_column_int64(statement, 0);
	return 0;
}
