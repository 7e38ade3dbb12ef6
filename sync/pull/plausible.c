#include "pull/plausible.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"

/* A clock that is wrong by less than this is nobody's fault. */
#define FUTURE_MAX MILLISECONDS_PER_DAY

int plausible_time(sqlite3 *database, struct publication *publication, int64_t now)
{
	char mine[TIMESTAMP_TEXT_SIZE], newest[TIMESTAMP_TEXT_SIZE];
	int64_t last;
	int r = database_number(database, "SELECT max(published_at) FROM generation", &last);

	if (r < 0)
		return r;
	timestamp_format(publication->published_at, mine);
	timestamp_format(last, newest);
	if (last != 0 && publication->published_at < last)
		return publication_refuse(
			publication,
			"it was published at %s, but the store already holds a publication of %s",
			mine, newest);
	if (publication->published_at > now + FUTURE_MAX)
		return publication_refuse(
			publication,
			"it claims to be of %s, which is in the future; check this machine's clock",
			mine);
	return 0;
}

int plausible_registry(sqlite3 *database, struct publication *publication)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database, "SELECT registry, time_zone FROM store", &statement);

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r;
	if (strcmp(database_text(statement, 0), publication->registry) != 0)
		return publication_refuse(publication,
					  "it is a list of '%s', the store holds one of '%s'",
					  publication->registry, database_text(statement, 0));
	if (strcmp(database_text(statement, 1), publication->time_zone) != 0)
		return publication_refuse(publication, "its time zone is %s, the store's is %s",
					  publication->time_zone, database_text(statement, 1));
	return 0;
}

/* Services that the publication lists: all that are staged by now, and those that needn't be. */
static int count_listed(struct staging *staging, int64_t *listed)
{
	int r = database_number(staging->database,
				"SELECT count(*) FROM staged_entity WHERE kind = 5", listed);

	*listed += staging->restated;
	return r;
}

/*
 * Notes which services are gone. Where as many are listed as were before, none
 * is, and nobody needs to look for them.
 */
static int find_gone(struct staging *staging, int64_t *gone)
{
	static const char missing_sql[] =
		"SELECT coalesce((SELECT services FROM generation ORDER BY id DESC LIMIT 1), 0)"
		" - (SELECT count(*) FROM staged_entity s"
		" CROSS JOIN entity e ON e.kind = 5 AND e.key = s.key"
		" CROSS JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL"
		" CROSS JOIN entity c ON c.id = p.parent AND c.kind = 2 AND c.key = 'services'"
		" WHERE s.kind = 5)";
	static const char gone_sql[] =
		"INSERT INTO gone (id) SELECT p.entity FROM entity c"
		" CROSS JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL"
		" CROSS JOIN entity e ON e.id = p.entity WHERE c.kind = 2 AND c.key = 'services'"
		" AND NOT EXISTS (SELECT 1 FROM restated t WHERE t.id = p.entity)"
		" AND NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.kind = 5 AND s.key = e.key)";
	int r = database_number(staging->database, missing_sql, gone);

	*gone -= staging->restated;
	if (r == 0 && *gone != 0)
		r = database_execute(staging->database, gone_sql);
	return r;
}

int plausible_losses(struct staging *staging, struct publication *publication, int limit,
		     bool accept_loss)
{
	/* What nobody but a third party ever said is no loss. */
	static const char unverified[] =
		"SELECT count(*) FROM entity f CROSS JOIN link l ON l.entity = f.id"
		" AND l.relation = 0 AND l.gen_to IS NULL"
		" WHERE f.kind = 4 AND f.key = 'by-status/unverified'";
	static const char unverified_gone[] = " AND l.target IN (SELECT id FROM gone)";
	_cleanup_sqlite_text_ char *both = sqlite3_mprintf("%s%s", unverified, unverified_gone);
	int64_t staged = 0, gone = 0, listed = 0, free = 0, free_gone = 0;
	int r = both ? count_listed(staging, &staged) : -ENOMEM;

	if (r < 0)
		return r;
	if (staged == 0)
		return publication_refuse(publication, "it lists no service");
	/* What isn't the whole list takes nothing off it. */
	if (!publication->complete)
		return 0;
	r = find_gone(staging, &gone);
	if (r < 0 || gone == 0)
		return r;
	r = database_number(staging->database,
			    "SELECT services FROM generation ORDER BY id DESC LIMIT 1", &listed);
	if (r == 0)
		r = database_number(staging->database, unverified, &free);
	if (r == 0)
		r = database_number(staging->database, both, &free_gone);
	if (r < 0)
		return r;
	listed -= free;
	gone -= free_gone;
	if (accept_loss || gone * 100 <= listed * limit)
		return 0;
	return publication_refuse(
		publication,
		"%lld of %lld services would leave the list at once, more than %d %%; if that is right, run again with --accept-loss",
		(long long)gone, (long long)listed, limit);
}

int plausible_values(struct staging *staging, struct publication *publication, int limit,
		     bool accept_loss)
{
	/* Listed with a name and a status, and now without. */
	static const char lost_sql[] =
		"SELECT count(*) FROM staged_entity s CROSS JOIN entity e ON e.kind = 5 AND e.key "
		"= s.key"
		" CROSS JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL"
		" CROSS JOIN entity c ON c.id = p.parent AND c.kind = 2 AND c.key = 'services'"
		" CROSS JOIN value o ON o.entity = e.id AND o.gen_to IS NULL AND o.field IN (10, 13)"
		" LEFT JOIN staged_value v ON v.sid = s.sid AND v.field = o.field"
		" WHERE s.kind = 5 AND o.text NOT IN ('', 'unknown', 'unverified')"
		" AND coalesce(v.text, 'unknown') IN ('', 'unknown')";
	int64_t staged = 0, lost = 0;
	int r = count_listed(staging, &staged);

	if (r == 0)
		r = database_number(staging->database, lost_sql, &lost);
	if (r < 0)
		return r;
	if (accept_loss || lost * 100 <= staged * limit)
		return 0;
	return publication_refuse(
		publication,
		"%lld names and statuses of its %lld services would become unknown at once, more than %d %%; if that is right, run again with --accept-loss",
		(long long)lost, (long long)staged, limit);
}
