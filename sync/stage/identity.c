#include "stage/identity.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "util/memory.h"
#include "util/text/text.h"

EMBED(parties, "stage/steps/2-parties.sql");
EMBED(same_slug, "stage/same_slug.sql");
EMBED(same_uei, "stage/same_uei.sql");

/* The key that a query yields, when it is just one: -ENOENT otherwise. The caller frees *key. */
static int only_key(sqlite3_stmt *query, char **key)
{
	int r = database_next(query);

	if (r > 0) {
		*key = xstrdup(database_text(query, 0));
		r = database_next(query);
		r = r == 0 ? 1 : r < 0 ? r : 0;
	}
	(void)sqlite3_reset(query);
	if (r > 0)
		return 0;
	free(steal_pointer(*key));
	return r < 0 ? r : -ENOENT;
}

/* Prepared once for all names: that takes longer than asking. */
struct questions {
	sqlite3_stmt *unknown, *by_slug, *by_uei, *taken, *update, *found;
};

static void questions_close(struct questions *questions)
{
	(void)sqlite3_finalize(questions->unknown);
	(void)sqlite3_finalize(questions->by_slug);
	(void)sqlite3_finalize(questions->by_uei);
	(void)sqlite3_finalize(questions->taken);
	(void)sqlite3_finalize(questions->update);
	(void)sqlite3_finalize(questions->found);
}
#define _cleanup_questions_ __attribute__((cleanup(questions_close)))

static int prepare_questions(sqlite3 *database, struct questions *questions)
{
	/* In the order of names, so that one publication always gives the same keys. */
	static const char unknown[] = "SELECT sid, kind, name FROM staged_entity"
				      " WHERE name IS NOT NULL AND key IS NULL ORDER BY name";
	static const char taken[] = "SELECT 1 FROM entity WHERE kind = ?1 AND key = ?2 UNION ALL"
				    " SELECT 1 FROM staged_entity WHERE kind = ?1 AND key = ?2";
	const struct {
		const char *sql;
		sqlite3_stmt **statement;
	} texts[] = {
		{unknown, &questions->unknown},
		{embedded_same_slug, &questions->by_slug},
		{embedded_same_uei, &questions->by_uei},
		{taken, &questions->taken},
		{"UPDATE staged_entity SET key = ?2 WHERE sid = ?1", &questions->update},
		{"DELETE FROM gone_party WHERE kind = ?1 AND key = ?2", &questions->found},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int r = database_prepare(database, texts[i].sql, texts[i].statement);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The key of the party that was renamed to this, or -ENOENT. */
static int renamed_key(const struct questions *questions, int64_t sid, int kind, const char *slug,
		       char **key)
{
	int r;

	(void)sqlite3_bind_int(questions->by_slug, 1, kind);
	(void)sqlite3_bind_text(questions->by_slug, 2, slug, -1, SQLITE_STATIC);
	r = only_key(questions->by_slug, key);
	if (r != -ENOENT || kind != KIND_PROVIDER)
		return r;
	(void)sqlite3_bind_int64(questions->by_uei, 1, sid);
	return only_key(questions->by_uei, key);
}

/* Makes the number-th key that a slug allows. 1 when it is in use, 0 or −errno. */
static int try_key(sqlite3_stmt *taken, int kind, const char *slug, int64_t number, char **key)
{
	int r;

	free(*key);
	*key = number == 1 ? xstrdup(slug) : xasprintf("%s~%lld", slug, (long long)number);
	(void)sqlite3_bind_int(taken, 1, kind);
	(void)sqlite3_bind_text(taken, 2, *key, -1, SQLITE_STATIC);
	r = database_next(taken);
	(void)sqlite3_reset(taken);
	return r;
}

/*
 * A key of this kind that neither the store nor this run uses: one behind a number
 * that is in use. Thousands of names may have one slug, so not by counting.
 */
static int free_key(sqlite3_stmt *taken, int kind, const char *slug, char **key)
{
	int64_t used = 0, unused = 1;
	int r;

	while ((r = try_key(taken, kind, slug, unused, key)) > 0) {
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

static int find_key(const struct questions *questions, int64_t sid, int kind, const char *name)
{
	_cleanup_free_ char *slug = text_slug(name), *key = NULL;
	int r = slug ? renamed_key(questions, sid, kind, slug, &key) : -ENOENT;

	if (r == -ENOENT)
		r = free_key(questions->taken, kind, slug ? slug : "unnamed", &key);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(questions->update, 1, sid);
	(void)sqlite3_bind_text(questions->update, 2, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(questions->found, 1, kind);
	(void)sqlite3_bind_text(questions->found, 2, key, -1, SQLITE_STATIC);
	r = database_run(questions->update);
	return r < 0 ? r : database_run(questions->found);
}

int identity_find_keys(struct staging *staging)
{
	_cleanup_questions_ struct questions questions = {0};
	int r = database_execute(staging->database, embedded_parties);

	if (r == 0)
		r = prepare_questions(staging->database, &questions);
	if (r < 0)
		return r;
	while ((r = database_next(questions.unknown)) > 0) {
		r = find_key(&questions, sqlite3_column_int64(questions.unknown, 0),
			     sqlite3_column_int(questions.unknown, 1),
			     database_text(questions.unknown, 2));
		if (r < 0)
			return r;
	}
	return r;
}

static int stage_name(sqlite3_stmt *add, int64_t sid, const char *key, const char *text)
{
	/* Room for "~" and the key, should the name turn out to be shared. */
	_cleanup_free_ char *name = text_name(text, strlen(key) + 1);

	/* Nothing printable in it: it is found by its number. */
	if (!name)
		return 0;
	(void)sqlite3_bind_int64(add, 1, sid);
	(void)sqlite3_bind_text(add, 2, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(add, 3, name, -1, SQLITE_STATIC);
	return database_run(add);
}

int identity_stage_names(struct staging *staging)
{
	static const char names_sql[] =
		"SELECT p.sid, p.name, coalesce(v.text, w.text) FROM staged_presence p"
		" LEFT JOIN staged_value v ON v.sid = p.sid AND v.field = ?2"
		" LEFT JOIN staged_value w ON w.sid = p.sid AND w.field = ?3"
		" WHERE p.parent = ?1";
	_cleanup_statement_ sqlite3_stmt *names = NULL, *add = NULL;
	int r = database_prepare(staging->database, names_sql, &names);

	if (r == 0)
		r = database_prepare(
			staging->database,
			"INSERT INTO staged_name (service, key, name) VALUES (?1, ?2, ?3)", &add);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(names, 1, staging->services);
	(void)sqlite3_bind_int(names, 2, FIELD_NAME);
	(void)sqlite3_bind_int(names, 3, FIELD_NAME_EN);
	while ((r = database_next(names)) > 0) {
		r = stage_name(add, sqlite3_column_int64(names, 0), database_text(names, 1),
			       database_text(names, 2));
		if (r < 0)
			return r;
	}
	return r;
}
