#include "pull/calendar.h"

#include <errno.h>
#include <string.h>

#include "util/embed.h"
#include "common/log.h"
#include "store.h"

EMBED(validity, "pull/calendar.sql");

int validity_stage(sqlite3 *database, const struct registry *registry)
{
	return database_executef(
		database,
		"UPDATE staged_value SET text = %Q WHERE field = 13"
		" AND text IN (SELECT value FROM json_each(%Q)) AND EXISTS"
		" (SELECT 1 FROM staged_value v, staged_run run WHERE v.sid = staged_value.sid"
		"   AND v.field = 19 AND length(v.text) = 10 AND v.text < run.day)",
		registry->past_date_status, registry->dated_statuses);
}

/*
 * The registry whose rule holds for the newest list, or NULL. Only lists that were
 * read without it: a mirror, or a list in the interchange format, says itself
 * what holds. *reader receives who read it.
 */
static int find_rule(sqlite3 *database, const struct registry **registry,
		     const struct reader **reader)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT s.registry, g.source FROM store s, generation g"
				 " WHERE g.source <> 'prune' ORDER BY g.id DESC LIMIT 1",
				 &row);

	*registry = NULL;
	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	*reader = reader_find(database_text(row, 1));
	if (*reader && (*reader)->leaves_dates)
		*registry = registry_find(database_text(row, 0));
	if (*registry && !(*registry)->past_date_status)
		*registry = NULL;
	return 0;
}

/*
 * A generation that came after a date, but doesn't mark it, was not made under
 * the rule; between publications its own day is then the earliest possible.
 */
static const char due_sql[] =
	"SELECT json_group_array(json_object('day', day, 'key', key)), count(*) FROM"
	" (SELECT e.key AS key, max(date(v.text, '+1 day'), g.day) AS day,"
	"         date(v.text, '+1 day') > g.day AS later"
	"    FROM (SELECT day, source FROM generation WHERE source <> 'prune'"
	"          ORDER BY id DESC LIMIT 1) g"
	"    JOIN entity c ON c.kind = 2 AND c.key = 'services'"
	"    JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL"
	"    JOIN entity e ON e.id = p.entity AND e.kind = 5"
	"    JOIN value s ON s.entity = e.id AND s.field = 13 AND s.gen_to IS NULL"
	"    JOIN value v ON v.entity = e.id AND v.field = 19 AND v.gen_to IS NULL"
	"   WHERE s.text IN (SELECT value FROM json_each(?2))"
	"     AND length(v.text) = 10 AND date(v.text, '+1 day') <= ?1"
	"   ORDER BY 2, 1) AS d";
static const char due_staged_sql[] =
	" WHERE later AND EXISTS (SELECT 1 FROM staged_entity t JOIN staged_value x ON x.sid = t.sid"
	" WHERE t.kind = 5 AND t.key = d.key AND x.field = 13 AND x.text = ?3)";

int validity_due(sqlite3 *database, int64_t until, bool staged, char **due)
{
	_cleanup_sqlite_text_ char *sql =
		sqlite3_mprintf("%s%s", due_sql, staged ? due_staged_sql : "");
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	const struct registry *registry;
	const struct reader *reader;
	char day[DAY_TEXT_SIZE];
	int r = find_rule(database, &registry, &reader);

	*due = NULL;
	if (r < 0 || !registry)
		return r;
	day_format(day_in_zone(registry->time_zone, until), day);
	r = database_prepare(database, sql, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, 1, day, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 2, registry->dated_statuses, -1, SQLITE_STATIC);
	if (staged)
		(void)sqlite3_bind_text(statement, 3, registry->past_date_status, -1,
					SQLITE_STATIC);
	r = database_next(statement);
	if (r < 0 || r == 0 || sqlite3_column_int64(statement, 1) == 0)
		return r < 0 ? r : 0;
	*due = strdup(database_text(statement, 0));
	return *due ? 0 : -ENOMEM;
}

/* When a day begins, but not before the newest generation. */
static int begin_of(sqlite3 *database, const char *zone, const char *day, int64_t *instant)
{
	int64_t newest;
	int r = database_number(database, "SELECT max(published_at) FROM generation", &newest);

	if (r == 0)
		r = timestamp_parse(day, zone, instant);
	if (r == 0 && *instant < newest)
		*instant = newest;
	return r;
}

/* A "publication" of one day of the calendar: {"day": …, "keys": […]}. */
static int read_day(struct staging *staging, struct publication *publication)
{
	static const char mark[] = "UPDATE staged_value SET text = ?2 WHERE field = 13 AND sid IN"
				   " (SELECT s.sid FROM json_each(?1, '$.keys') k"
				   "    JOIN staged_entity s ON s.kind = 5 AND s.key = k.value)";
	static const char newest[] = "SELECT json_extract(?1, '$.day'), complete FROM generation"
				     " ORDER BY id DESC LIMIT 1";
	_cleanup_statement_ sqlite3_stmt *statement = NULL, *marking = NULL;
	const struct registry *registry;
	const struct reader *reader;
	int r = find_rule(staging->database, &registry, &reader);

	if (r < 0 || !registry)
		return r < 0 ? r : -EIO;
	publication_describe(publication, registry, reader);
	r = database_execute(staging->database, embedded_validity);
	if (r == 0)
		r = database_prepare(staging->database, mark, &marking);
	if (r == 0)
		r = database_prepare(staging->database, newest, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(marking, 1, (const char *)publication->bytes, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(marking, 2, registry->past_date_status, -1, SQLITE_STATIC);
	r = database_run(marking);
	(void)sqlite3_bind_text(statement, 1, (const char *)publication->bytes, -1, SQLITE_STATIC);
	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	publication->complete = sqlite3_column_int(statement, 1) != 0;
	/* The rule states it, rather than the moment at which somebody looked. */
	publication->states_time = true;
	return begin_of(staging->database, registry->time_zone, database_text(statement, 0),
			&publication->published_at);
}

static const struct reader calendar = {.read = read_day};

/* One day's generation; it rests on the publication that the newest one rests on. */
static int add_day(struct updater *updater, const char *bytes, int64_t now)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	_cleanup_free_ char *text = strdup(bytes), *location = NULL, *sha256 = NULL, *source = NULL;
	struct update_request request = {.reader = &calendar};
	struct update_result result;
	int r = database_prepare(updater->copy.database,
				 "SELECT location, sha256, source FROM generation"
				 " WHERE source <> 'prune' ORDER BY id DESC LIMIT 1",
				 &statement);

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	location = strdup(database_text(statement, 0));
	sha256 = strdup(database_text(statement, 1));
	source = strdup(database_text(statement, 2));
	if (!text || !location || !sha256)
		return -ENOMEM;
	request.location = location;
	request.source_name = source;
	request.sha256 = sha256;
	request.bytes = (unsigned char *)text;
	request.length = strlen(text);
	request.now = now;
	request.accept_loss = true;
	(void)sqlite3_reset(statement);
	return updater_add(updater, &request, &result);
}

int validity_catch_up(struct updater *updater, const char *due, int64_t now)
{
	_cleanup_statement_ sqlite3_stmt *days = NULL;
	int r = database_prepare(updater->copy.database,
				 "SELECT json_object('day', json_extract(value, '$.day'),"
				 " 'keys', json_group_array(json_extract(value, '$.key')))"
				 " FROM json_each(?1) GROUP BY json_extract(value, '$.day')"
				 " ORDER BY json_extract(value, '$.day') LIMIT 1 OFFSET ?2",
				 &days);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(days, 1, due, -1, SQLITE_STATIC);
	/* Day by day, as a query that is still open would lock what a generation drops. */
	for (int number = 0;; number++) {
		_cleanup_free_ char *bytes = NULL;

		(void)sqlite3_bind_int(days, 2, number);
		r = database_next(days);
		if (r <= 0)
			return r;
		bytes = strdup(database_text(days, 0));
		(void)sqlite3_reset(days);
		r = bytes ? add_day(updater, bytes, now) : -ENOMEM;
		if (r < 0)
			return r;
	}
}

/* What is due in the store as it is; silent and cheap when nothing is. */
static int look(struct store_directory *store, int64_t now, char **due)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r;

	if (store->current[0] == '\0')
		return 0;
	r = store_open_reader(store->fd, store->current, &database);
	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
	return validity_due(database, now, false, due);
}

int validity_run(struct store_directory *store, int64_t now, int64_t *services)
{
	_cleanup_updater_ struct updater updater = {.first = 0};
	_cleanup_free_ char *due = NULL;
	int r = look(store, now, &due);

	*services = 0;
	if (r < 0 || !due)
		return r;
	for (const char *key = due; (key = strstr(key, "\"key\":")); key++)
		(*services)++;
	r = updater_open(&updater, store);
	if (r == 0)
		r = validity_catch_up(&updater, due, now);
	return r < 0 ? r : updater_publish(&updater);
}
