#include "sources/fedramp/strangers.h"

#include "common/embed.h"

EMBED(strangers, "sources/fedramp/strangers.sql");

static int stage(struct staging *staging, const struct fedramp_list *list)
{
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	int r = database_prepare(staging->database,
				 "INSERT INTO staged_stranger (name, provider, entries)"
				 " VALUES (coalesce(?1, ''), coalesce(?2, ''), 1)"
				 " ON CONFLICT DO UPDATE SET entries = entries + 1",
				 &insert);

	for (size_t i = 0; r == 0 && i < list->stranger_count; i++) {
		(void)sqlite3_bind_text(insert, 1, list->strangers[i].name, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(insert, 2, list->strangers[i].provider, -1, SQLITE_STATIC);
		r = database_run(insert);
	}
	return r;
}

/* One that nobody knows: it may be new, or be one of those that would seem to have left. */
static int refuse_unknown(struct staging *staging, struct publication *publication)
{
	_cleanup_statement_ sqlite3_stmt *unknown = NULL;
	int r = database_prepare(staging->database,
				 "SELECT name, provider, sum(entries) OVER () FROM staged_stranger"
				 " WHERE key IS NULL ORDER BY 1, 2",
				 &unknown);

	if (r == 0)
		r = database_next(unknown);
	if (r <= 0)
		return r;
	return publication_refuse(
		publication,
		"the id of %lld of its products can't be read, and the store lists no single service '%.60s' of '%.60s'; --accept-loss leaves such products out",
		(long long)sqlite3_column_int64(unknown, 2), database_text(unknown, 0),
		database_text(unknown, 1));
}

int fedramp_strangers_settle(struct staging *staging, struct publication *publication,
			     const struct fedramp_list *list, int limit, size_t *known)
{
	int64_t found = 0;
	int r;

	*known = 0;
	if (list->stranger_count == 0)
		return 0;
	if (list->stranger_count * 100 > (list->count + list->stranger_count) * (size_t)limit)
		return publication_refuse(
			publication,
			"the id of %zu of its products (%zu) can't be read, more than %d %%; if that is right, run again with --accept-loss",
			list->stranger_count, list->count + list->stranger_count, limit);
	r = stage(staging, list);
	if (r == 0)
		r = database_execute(staging->database, embedded_strangers);
	if (r == 0)
		r = database_number(staging->database, "SELECT count(*) FROM staged_stays", &found);
	*known = (size_t)found;
	return r < 0 || publication->accept_loss ? r : refuse_unknown(staging, publication);
}
