#include "stage/identity.h"

#include <errno.h>
#include <string.h>

#include "util/embed.h"
#include "store.h"
#include "util/memory.h"
#include "util/text.h"

EMBED(twins, "stage/steps/4-twins.sql");

/* Who has, or last had, just that name. */
static const char known_names[] =
	"UPDATE staged_entity SET key ="
	" (SELECT e.key FROM reading r CROSS JOIN entity e ON e.id = r.entity AND e.kind = staged_entity.kind"
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

/* Prepared once for all names: that takes longer than asking. */
struct questions {
	sqlite3_stmt *unknown, *by_slug, *by_uei, *taken, *update;
};

static void questions_close(struct questions *questions)
{
	(void)sqlite3_finalize(questions->unknown);
	(void)sqlite3_finalize(questions->by_slug);
	(void)sqlite3_finalize(questions->by_uei);
	(void)sqlite3_finalize(questions->taken);
	(void)sqlite3_finalize(questions->update);
}
#define _cleanup_questions_ __attribute__((cleanup(questions_close)))

static int renamed_key(const struct questions *questions, int64_t sid, int kind, const char *name,
		       char **key)
{
	_cleanup_free_ char *slug = text_slug(name);
	int r;

	if (!slug)
		return -ENOENT;
	(void)sqlite3_bind_int(questions->by_slug, 1, kind);
	(void)sqlite3_bind_text(questions->by_slug, 2, slug, -1, SQLITE_STATIC);
	r = only_key(questions->by_slug, key);
	if (r != -ENOENT || kind != KIND_PROVIDER)
		return r;
	(void)sqlite3_bind_int64(questions->by_uei, 1, sid);
	return only_key(questions->by_uei, key);
}

/* The number-th key that a slug allows. 1 when it is in use, 0 or −errno. *key is the caller's. */
static int try_key(sqlite3_stmt *taken, int kind, const char *slug, int64_t number, char **key)
{
	int r;

	free(steal_pointer(*key));
	if (number == 1)
		*key = strdup(slug);
	else if (asprintf(key, "%s~%lld", slug, (long long)number) < 0)
		*key = NULL;
	if (!*key)
		return -ENOMEM;
	(void)sqlite3_bind_int(taken, 1, kind);
	(void)sqlite3_bind_text(taken, 2, *key, -1, SQLITE_STATIC);
	r = database_next(taken);
	(void)sqlite3_reset(taken);
	return r;
}

/*
 * A key of this kind that neither the store nor this run uses: one behind a number
 * that is in use. Thousands of names may have one slug, so not by counting.
 * *key is the caller's to free.
 */
static int free_key(sqlite3_stmt *taken, int kind, const char *name, char **key)
{
	_cleanup_free_ char *slug = text_slug(name);
	int64_t used = 0, unused = 1;
	int r = 0;

	if (!slug)
		slug = xstrdup("unnamed");
	while (r >= 0 && (r = try_key(taken, kind, slug, unused, key)) > 0) {
		used = unused;
		unused *= 2;
	}
	while (r >= 0 && unused - used > 1) {
		int64_t middle = used + (unused - used) / 2;

		r = try_key(taken, kind, slug, middle, key);
		*(r > 0 ? &used : &unused) = middle;
	}
	return r < 0 ? r : try_key(taken, kind, slug, unused, key);
}

static int ask_questions(sqlite3 *database, struct questions *questions)
{
	/* In the order of names, so that one publication always gives the same keys. */
	int r = database_prepare(database,
				 "SELECT sid, kind, name FROM staged_entity"
				 " WHERE kind IN (6, 7) AND key IS NULL ORDER BY name",
				 &questions->unknown);

	if (r == 0)
		r = database_prepare(database, same_slug, &questions->by_slug);
	if (r == 0)
		r = database_prepare(database, same_uei, &questions->by_uei);
	if (r == 0)
		r = database_prepare(database,
				     "SELECT 1 FROM entity WHERE kind = ?1 AND key = ?2 UNION ALL"
				     " SELECT 1 FROM staged_entity WHERE kind = ?1 AND key = ?2",
				     &questions->taken);
	if (r == 0)
		r = database_prepare(database, "UPDATE staged_entity SET key = ?2 WHERE sid = ?1",
				     &questions->update);
	return r;
}

int identity_find_keys(struct staging *staging)
{
	_cleanup_questions_ struct questions questions = {0};
	int r = database_execute(staging->database, known_names);

	if (r == 0)
		r = ask_questions(staging->database, &questions);
	while (r == 0 && (r = database_next(questions.unknown)) > 0) {
		int64_t sid = sqlite3_column_int64(questions.unknown, 0);
		int kind = sqlite3_column_int(questions.unknown, 1);
		const char *name = database_text(questions.unknown, 2);
		_cleanup_free_ char *key = NULL;

		r = renamed_key(&questions, sid, kind, name, &key);
		if (r == -ENOENT)
			r = free_key(questions.taken, kind, name, &key);
		if (r < 0)
			return r;
		(void)sqlite3_bind_int64(questions.update, 1, sid);
		(void)sqlite3_bind_text(questions.update, 2, key, -1, SQLITE_STATIC);
		r = database_run(questions.update);
	}
	if (r < 0)
		return r;
	/* Its name: as the source writes it, without stray white space. */
	return database_execute(staging->database,
				"INSERT INTO staged_value (sid, field, text)"
				" SELECT sid, 10, name FROM staged_entity"
				"  WHERE kind IN (6, 7) AND name IS NOT NULL AND name <> ''");
}

static int add_name(sqlite3_stmt *service, sqlite3_stmt *add)
{
	const char *key = database_text(service, 1);
	/* Room for "~" and the key, should the name turn out to be shared. */
	_cleanup_free_ char *name = text_name(database_text(service, 2), strlen(key) + 1);

	if (!name)
		return 0; /* nothing printable in it: it is found by its number */
	(void)sqlite3_bind_int64(add, 1, sqlite3_column_int64(service, 0));
	(void)sqlite3_bind_text(add, 2, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(add, 3, name, -1, SQLITE_STATIC);
	return database_run(add);
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
		r = add_name(names, add);
		if (r < 0)
			return r;
	}
	return r;
}

int identity_find_twins(struct staging *staging)
{
	int r = collect_names(staging), found = 1;

	while (r == 0 && found > 0) {
		r = database_execute(staging->database, embedded_twins);
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
