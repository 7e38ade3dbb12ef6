#include "identity.h"

#include <errno.h>
#include <string.h>

#include "embedded.h"
#include "store.h"
#include "text.h"

/* Who has, or last had, just that name. */
static const char known_names[] = "UPDATE staged_entity SET key ="
				  " (SELECT e.key FROM reading r JOIN entity e ON e.id = r.entity "
				  "AND e.kind = staged_entity.kind"
				  "   WHERE r.name = staged_entity.name ORDER BY e.key LIMIT 1)"
				  " WHERE kind IN (6, 7) AND key IS NULL;";

/* That the publication doesn't name a party of the store (p, last called k.name) any more. */
#define UNNAMED \
	" NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = p.kind" \
	"  AND (x.name = k.name OR x.key = p.key))" \
	" AND NOT EXISTS (SELECT 1 FROM restated y WHERE y.id = p.id)" \
	" AND NOT EXISTS (SELECT 1 FROM link w JOIN restated y ON y.id = w.target" \
	"  WHERE w.entity = p.id AND w.relation = 1 AND w.gen_to IS NULL)"

/*
 * Renamed, and provably so. A name that nobody had yet belongs to an entity whose
 * own name is gone from the list when both give the same slug: only the writing
 * changed. ?1 kind, ?2 slug.
 */
static const char same_slug[] =
	"SELECT p.key FROM entity p LEFT JOIN reading k ON k.entity = p.id"
	" WHERE p.kind = ?1 AND p.key = ?2 AND" UNNAMED " UNION ALL"
	" SELECT p.key FROM entity p LEFT JOIN reading k ON k.entity = p.id"
	" WHERE p.kind = ?1 AND p.key > ?2 || '~' AND p.key < ?2 || '~:' AND" UNNAMED;

/*
 * Or when all services that were listed under one provider are listed under the
 * new name now, with the same unique entity identifier as before. Without that, a
 * service that changed hands could not be told from a provider that changed its
 * name. ?1 the new name's staging id.
 */
static const char same_uei[] =
	"SELECT DISTINCT p.key FROM staged_party m CROSS JOIN staged_entity s ON s.sid = m.service"
	" CROSS JOIN entity e ON e.kind = 5 AND e.key = s.key"
	" CROSS JOIN link l ON l.entity = e.id AND l.relation = 0 AND l.name = 'provider'"
	"  AND l.gen_to IS NULL"
	" CROSS JOIN entity p ON p.id = l.target"
	" LEFT JOIN reading k ON k.entity = p.id"
	" WHERE m.party = ?1 AND" UNNAMED " AND NOT EXISTS ("
	"  SELECT 1 FROM link o CROSS JOIN entity f ON f.id = o.entity"
	"  CROSS JOIN staged_entity t ON t.kind = 5 AND t.key = f.key"
	"  CROSS JOIN staged_party n ON n.service = t.sid"
	"  CROSS JOIN staged_entity q ON q.sid = n.party AND q.kind = 6"
	"  LEFT JOIN staged_value u ON u.sid = t.sid AND u.field = 38"
	"  LEFT JOIN value v ON v.entity = f.id AND v.field = 38 AND v.gen_to IS NULL"
	"  WHERE o.target = p.id AND o.relation = 0 AND o.name = 'provider' AND o.gen_to IS NULL"
	"  AND (n.party <> ?1 OR coalesce(u.text, '') = '' OR u.text IS NOT v.text))";

/* The key that a query of the above yields, when it is just one: -ENOENT otherwise. */
static int only_key(sqlite3_stmt *query, char **key)
{
	int r = database_next(query);

	if (r > 0) {
		*key = strdup(database_text(query, 0));
		r = *key ? database_next(query) : -ENOMEM;
		r = r == 0 ? 0 : r < 0 ? r : -ENOENT;
	} else if (r == 0) {
		r = -ENOENT;
	}
	(void)sqlite3_reset(query);
	if (r < 0) {
		free(*key);
		*key = NULL;
	}
	return r;
}

static int renamed_key(struct staging *staging, int64_t sid, int kind, const char *name, char **key)
{
	_cleanup_statement_ sqlite3_stmt *by_slug = NULL, *by_uei = NULL;
	_cleanup_free_ char *slug = NULL;
	int r = text_slug(name, &slug);

	if (r < 0)
		return r == -EINVAL ? -ENOENT : r;
	r = database_prepare(staging->database, same_slug, &by_slug);
	if (r == 0)
		r = database_prepare(staging->database, same_uei, &by_uei);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(by_slug, 1, kind);
	(void)sqlite3_bind_text(by_slug, 2, slug, -1, SQLITE_STATIC);
	r = only_key(by_slug, key);
	if (r != -ENOENT || kind != KIND_PROVIDER)
		return r;
	(void)sqlite3_bind_int64(by_uei, 1, sid);
	return only_key(by_uei, key);
}

/* A key of this kind that neither the store nor this run uses. *key is the caller's to free. */
static int free_key(sqlite3_stmt *taken, int kind, const char *name, char **key)
{
	_cleanup_free_ char *slug = NULL, *candidate = NULL;
	int r = text_slug(name, &slug);

	if (r == -EINVAL)
		r = (slug = strdup("unnamed")) ? 0 : -ENOMEM;
	if (r < 0)
		return r;
	candidate = strdup(slug);
	for (int number = 2; candidate; number++) {
		(void)sqlite3_bind_int(taken, 1, kind);
		(void)sqlite3_bind_text(taken, 2, candidate, -1, SQLITE_STATIC);
		r = database_next(taken);
		(void)sqlite3_reset(taken);
		if (r < 0)
			return r;
		if (r == 0) {
			*key = steal_pointer(candidate);
			return 0;
		}
		free(steal_pointer(candidate));
		if (asprintf(&candidate, "%s~%d", slug, number) < 0)
			candidate = NULL;
	}
	return -ENOMEM;
}

int identity_find_keys(struct staging *staging)
{
	_cleanup_statement_ sqlite3_stmt *unknown = NULL, *taken = NULL, *update = NULL;
	int r = database_execute(staging->database, known_names);

	/* In the order of names, so that one publication always gives the same keys. */
	if (r == 0)
		r = database_prepare(staging->database,
				     "SELECT sid, kind, name FROM staged_entity"
				     " WHERE kind IN (6, 7) AND key IS NULL ORDER BY name",
				     &unknown);
	if (r == 0)
		r = database_prepare(staging->database,
				     "SELECT 1 FROM entity WHERE kind = ?1 AND key = ?2 UNION ALL"
				     " SELECT 1 FROM staged_entity WHERE kind = ?1 AND key = ?2",
				     &taken);
	if (r == 0)
		r = database_prepare(staging->database,
				     "UPDATE staged_entity SET key = ?2 WHERE sid = ?1", &update);
	while (r == 0 && (r = database_next(unknown)) > 0) {
		_cleanup_free_ char *key = NULL;

		r = renamed_key(staging, sqlite3_column_int64(unknown, 0),
				sqlite3_column_int(unknown, 1), database_text(unknown, 2), &key);
		if (r == -ENOENT)
			r = free_key(taken, sqlite3_column_int(unknown, 1),
				     database_text(unknown, 2), &key);
		if (r < 0)
			return r;
		(void)sqlite3_bind_int64(update, 1, sqlite3_column_int64(unknown, 0));
		(void)sqlite3_bind_text(update, 2, key, -1, SQLITE_STATIC);
		r = database_run(update);
	}
	if (r < 0)
		return r;
	/* Its name: as the source writes it, without stray white space. */
	return database_execute(staging->database,
				"INSERT INTO staged_value (sid, field, text)"
				" SELECT sid, 10, name FROM staged_entity"
				"  WHERE kind IN (6, 7) AND name IS NOT NULL AND name <> ''");
}

/* The names of listed services, made safe, as far as they are staged. */
static int collect_names(struct staging *staging)
{
	_cleanup_statement_ sqlite3_stmt *names = NULL, *add = NULL;
	int r = database_prepare(
		staging->database,
		"SELECT p.sid, p.name, v.text FROM staged_presence p"
		" JOIN staged_value v ON v.sid = p.sid AND v.field = iif(EXISTS ("
		" SELECT 1 FROM staged_value n WHERE n.sid = p.sid AND n.field = 10), 10, 11)"
		" WHERE p.parent = ?1 AND p.sid NOT IN (SELECT service FROM staged_name)",
		&names);

	if (r == 0)
		r = database_prepare(
			staging->database,
			"INSERT INTO staged_name (service, key, name) VALUES (?1, ?2, ?3)", &add);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(names, 1, staging->services);
	while ((r = database_next(names)) > 0) {
		_cleanup_free_ char *name = NULL;
		const char *key = database_text(names, 1);

		/* Room for "~" and the key, should the name turn out to be shared. */
		r = text_name(database_text(names, 2), strlen(key) + 1, &name);
		if (r == -EINVAL)
			continue; /* nothing printable in it: it is found by its number */
		if (r < 0)
			return r;
		(void)sqlite3_bind_int64(add, 1, sqlite3_column_int64(names, 0));
		(void)sqlite3_bind_text(add, 2, key, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(add, 3, name, -1, SQLITE_STATIC);
		r = database_run(add);
		if (r < 0)
			return r;
	}
	return r;
}

int identity_find_twins(struct staging *staging)
{
	int r = collect_names(staging), found = 1;

	while (r == 0 && found > 0) {
		r = database_execute(staging->database, embedded_twins_sql());
		found = sqlite3_changes(staging->database);
	}
	return r;
}

int identity_stage_names(struct staging *staging)
{
	int64_t by_name;
	int r = staging_entity(staging, KIND_COLLECTION, "by-name", &by_name);

	if (r == 0)
		r = collect_names(staging);
	if (r < 0)
		return r;
	/* Suffixed names first: should a service be called like another's suffixed name, it is the
	 * one left out. */
	return database_executef(
		staging->database,
		"INSERT INTO staged_link (sid, relation, name, target, path)"
		" SELECT %lld, 0, n.name || '~' || n.key, n.service, '../services/' || n.key"
		"   FROM staged_name n"
		"  WHERE (SELECT count(*) FROM staged_name m WHERE m.name = n.name) > 1"
		"  ORDER BY n.key ON CONFLICT DO NOTHING;"
		"INSERT INTO staged_link (sid, relation, name, target, path)"
		" SELECT %lld, 0, n.name, n.service, '../services/' || n.key FROM staged_name n"
		"  WHERE (SELECT count(*) FROM staged_name m WHERE m.name = n.name) = 1"
		" ON CONFLICT DO NOTHING;",
		(long long)by_name, (long long)by_name);
}
