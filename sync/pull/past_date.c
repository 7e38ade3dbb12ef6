#include "pull/past_date.h"

#include <errno.h>

#include "common/timestamp.h"
#include "common/embed.h"

EMBED(past_dates, "pull/past_dates.sql");
EMBED(due, "pull/due.sql");
EMBED(due_staged, "pull/due_staged.sql");

int past_date_rule(sqlite3 *database, const struct registry **registry,
		   const struct reader **reader)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT s.registry, g.source FROM store s, generation g"
		" WHERE g.source NOT IN ('prune', 'upgrade') ORDER BY g.id DESC LIMIT 1",
		&row);

	*registry = NULL;
	*reader = NULL;
	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	*reader = reader_find(database_text(row, 1));
	if (!*reader || !(*reader)->leaves_dates)
		return 0;
	*registry = registry_find(database_text(row, 0));
	if (*registry && !(*registry)->past_date_status)
		*registry = NULL;
	return 0;
}

int past_date_mark(sqlite3 *database, const struct registry *registry)
{
	const char *const texts[] = {registry->dated_statuses, registry->past_date_status};

	return database_execute_with(database, embedded_past_dates, texts, 2);
}

static int fill(sqlite3 *database, int64_t until)
{
	const struct registry *registry;
	const struct reader *reader;
	char day[DAY_TEXT_SIZE];
	int r = past_date_rule(database, &registry, &reader);

	if (r == 0)
		r = database_execute(
			database,
			"CREATE TEMP TABLE IF NOT EXISTS due (day TEXT NOT NULL, key TEXT NOT NULL,"
			" status TEXT NOT NULL) STRICT; DELETE FROM due");
	if (r < 0 || !registry)
		return r;
	day_format(day_in_zone(registry->time_zone, until), day);
	return database_execute_with(
		database, embedded_due,
		(const char *const[]){day, registry->dated_statuses, registry->past_date_status},
		3);
}

int past_date_find(sqlite3 *database, int64_t until, int64_t *count)
{
	int r = fill(database, until);

	return r < 0 ? r : database_number(database, "SELECT count(*) FROM due", count);
}

int past_date_find_staged(sqlite3 *database, int64_t until, int64_t *count)
{
	int r = fill(database, until);

	if (r == 0)
		r = database_execute(database, embedded_due_staged);
	return r < 0 ? r : database_number(database, "SELECT count(*) FROM due", count);
}
