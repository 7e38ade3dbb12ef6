#include "identity.h"

#include <errno.h>
#include <string.h>

#include "store.h"
#include "text.h"

/* Names that entities of the store have or last had. */
static const char known_names[] =
	"INSERT INTO known (kind, key, name)"
	" SELECT e.kind AS kind, e.key AS key,"
	"        (SELECT v.text FROM value v WHERE v.entity = e.id AND v.field = 10"
	"          ORDER BY v.gen_from DESC LIMIT 1) AS name"
	"   FROM entity e WHERE e.kind IN (6, 7);"
	"UPDATE staged_entity SET key ="
	" (SELECT k.key FROM known k WHERE k.kind = staged_entity.kind AND k.name = "
	"staged_entity.name)"
	" WHERE kind IN (6, 7) AND key IS NULL;";

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
				     "SELECT 1 FROM known WHERE kind = ?1 AND key = ?2 UNION ALL"
				     " SELECT 1 FROM staged_entity WHERE kind = ?1 AND key = ?2",
				     &taken);
	if (r == 0)
		r = database_prepare(staging->database,
				     "UPDATE staged_entity SET key = ?2 WHERE sid = ?1", &update);
	while (r == 0 && (r = database_next(unknown)) > 0) {
		_cleanup_free_ char *key = NULL;

		r = free_key(taken, sqlite3_column_int(unknown, 1), database_text(unknown, 2),
			     &key);
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

/* The names of listed services, made safe. */
static int collect_names(struct staging *staging)
{
	_cleanup_statement_ sqlite3_stmt *names = NULL, *add = NULL;
	int r = database_prepare(staging->database,
				 "SELECT p.sid, p.name, v.text FROM staged_presence p"
				 " JOIN staged_value v ON v.sid = p.sid AND v.field = 10"
				 " WHERE p.parent = ?1",
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
		"  WHERE (SELECT count(*) FROM staged_name m WHERE m.name = n.name) > 1;"
		"INSERT INTO staged_link (sid, relation, name, target, path)"
		" SELECT %lld, 0, n.name, n.service, '../services/' || n.key FROM staged_name n"
		"  WHERE (SELECT count(*) FROM staged_name m WHERE m.name = n.name) = 1"
		" ON CONFLICT DO NOTHING;",
		(long long)by_name, (long long)by_name);
}
