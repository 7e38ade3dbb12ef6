/* tables/changes.atom and tables/dates.ics, for those who subscribe to them. */
#include "common/embed.h"
#include "render/changes.h"
#include "render/feed/atom.h"
#include "render/feed/calendar.h"
#include "render/render.h"
#include "util/memory.h"

EMBED(recent, "render/feed/recent.sql");

/* The newest so many changes: a feed reader asks often, and a mirror gets it anew with each. Names
 * are cut (words.c), so an entry has some 500 bytes, and hardly 4 KB at most. */
#define ENTRIES_MAX 50

static int find_recent(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *fill = NULL;
	int r = changes_tell_own_words(database);

	if (r == 0)
		r = database_execute(
			database,
			"CREATE TEMP TABLE IF NOT EXISTS recent (gen INTEGER, entity INTEGER,"
			" PRIMARY KEY (gen, entity)) STRICT;"
			"DELETE FROM temp.recent");
	if (r == 0)
		r = database_prepare(database, embedded_recent, &fill);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(fill, 1, ENTRIES_MAX);
	return database_run(fill);
}

static int render_changes(struct documents *documents, int64_t directory)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer xml = {0};
	int r = find_recent(documents->database);

	if (r == 0)
		r = changes_select(documents->database,
				   "WHERE important AND (c.gen, c.entity) IN"
				   " (SELECT gen, entity FROM temp.recent)" ATOM_ORDER,
				   &rows);
	if (r == 0)
		r = atom_put(documents->database, rows, false, &xml);
	return r < 0 ? r : document_put(documents, directory, "changes.atom", &xml);
}

/* Only where days of expiry are stated; those of every year are in the list as they are. An event
 * has less than 2 KB, and in the order of numbers a new day changes nothing but its own place. Once
 * there, the file stays, perhaps without events: a mount looks for lost files in few generations.
 */
static int render_dates(struct documents *documents, int64_t directory)
{
	static const char name[] = "dates.ics";
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer ics = {0};
	_cleanup_free_ char *sql =
		xasprintf("%s WHERE what = 'valid-until' ORDER BY service", calendar_query());
	int64_t there = 0;
	int r = database_prepare(documents->database, sql, &rows);

	if (r == 0)
		r = calendar_put(documents->database, rows, &ics);
	if (r == 0)
		r = database_numberf(
			documents->database, &there,
			"SELECT count(*) FROM document WHERE entity = %lld AND name = %Q",
			(long long)directory, name);
	if (r < 0 || (r == 0 && there == 0))
		return r;
	return document_put(documents, directory, name, &ics);
}

int feed_render(struct documents *documents)
{
	int64_t directory;
	int r = document_directory(documents->database, "tables", &directory);

	if (r == 0)
		r = render_changes(documents, directory);
	return r < 0 ? r : render_dates(documents, directory);
}
