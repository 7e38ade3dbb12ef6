/* verify: the full check of a store. Nothing is changed, and no lock is taken: files are never
 * written again. */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "database.h"
#include "documents.h"
#include "embedded.h"
#include "log.h"
#include "store_directory.h"

/* Rules that the schema cannot state. Each query yields rows only where its rule is broken. */
static const struct {
	const char *rule;
	const char *sql;
} rules[] = {
	{N_("the store has one row that says what it is"),
	 "SELECT 1 WHERE (SELECT count(*) FROM store) <> 1"},
	{N_("generations follow each other in time"),
	 "SELECT id FROM generation g WHERE EXISTS (SELECT 1 FROM generation h WHERE h.id < g.id "
	 "AND"
	 " (h.mtime >= g.mtime OR h.published_at > g.published_at))"},
	{N_("values of one field never overlap"),
	 "SELECT a.id FROM value a JOIN value b ON b.entity = a.entity AND b.field = a.field AND"
	 " b.gen_from > a.gen_from WHERE a.gen_to IS NULL OR a.gen_to > b.gen_from"},
	{N_("names are names"),
	 "SELECT name FROM presence WHERE name IN ('.', '..') OR "
	 "length(CAST(name AS BLOB)) > 255 UNION ALL"
	 " SELECT name FROM link WHERE name IN ('.', '..') OR length(CAST(name "
	 "AS BLOB)) > 255 UNION ALL"
	 " SELECT name FROM document WHERE name IN ('.', '..') OR "
	 "length(CAST(name AS BLOB)) > 255"},
	{N_("every directory is below the root"),
	 "SELECT p.id FROM presence p WHERE p.gen_to IS NULL AND p.parent <> 1 AND NOT EXISTS"
	 " (SELECT 1 FROM presence q WHERE q.entity = p.parent AND q.gen_to IS NULL)"},
	{N_("links lead to what is shown"),
	 "SELECT l.id FROM link l WHERE l.gen_to IS NULL AND NOT EXISTS"
	 " (SELECT 1 FROM presence p WHERE p.entity = l.target AND p.gen_to IS NULL)"},
	{N_("links lead where they say"),
	 "SELECT l.id FROM link l JOIN presence p ON p.entity = l.target AND p.gen_to IS NULL"
	 " JOIN entity c ON c.id = p.parent JOIN entity e ON e.id = l.entity AND e.kind <> 11"
	 " WHERE l.gen_to IS NULL AND"
	 " replace(replace(l.path, '../', '') || '/', '/controls/', '/') NOT IN"
	 " (c.key || '/' || p.name || '/', 'controls/' || c.key || '/' || p.name || '/')"},
	{N_("every service has a status"),
	 "SELECT e.key FROM entity e JOIN presence p ON p.entity = "
	 "e.id AND p.gen_to IS NULL WHERE e.kind = 5"
	 " AND NOT EXISTS (SELECT 1 FROM value v WHERE v.entity = "
	 "e.id AND v.field = 13 AND v.gen_to IS NULL"
	 " AND v.text <> '')"},
};

static int check_ok(const struct store_directory *store, sqlite3 *database, const char *pragma)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database, pragma, &rows);

	if (r == 0)
		r = database_next(rows);
	if (r < 0)
		return r;
	if (r > 0 && strcmp(database_text(rows, 0), "ok") != 0)
		return log_error_errno(-EBADMSG, "%s/%s is damaged: %s: %s", store->path,
				       store->current, pragma, database_text(rows, 0));
	return 0;
}

/* The schema of the file, statement by statement, against the one that this program makes. */
static int check_schema(const struct store_directory *store, sqlite3 *database)
{
	static const char list[] =
		"SELECT coalesce(group_concat(sql, char(10)), '') FROM"
		" (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)";
	_cleanup_database_ sqlite3 *fresh = NULL;
	_cleanup_statement_ sqlite3_stmt *theirs = NULL, *ours = NULL;
	int r = sqlite3_open(":memory:", &fresh) == SQLITE_OK ? 0 : -ENOMEM;

	if (r == 0)
		r = database_execute(fresh, embedded_schema_sql());
	if (r == 0)
		r = database_prepare(fresh, list, &ours);
	if (r == 0)
		r = database_prepare(database, list, &theirs);
	if (r == 0)
		r = database_next(ours);
	if (r > 0)
		r = database_next(theirs);
	if (r < 0)
		return r;
	if (strcmp(database_text(ours, 0), database_text(theirs, 0)) != 0)
		return log_error_errno(-EBADMSG, "%s/%s has another schema than this program's",
				       store->path, store->current);
	return 0;
}

/* Every document unpacks to the size that it states. */
static int check_documents(const struct store_directory *store, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = database_prepare(database, "SELECT entity, name, size FROM document", &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		buffer_clear(&bytes);
		r = document_get(database, sqlite3_column_int64(rows, 0), database_text(rows, 1),
				 &bytes);
		if (r < 0)
			return r;
		if ((int64_t)bytes.length != sqlite3_column_int64(rows, 2))
			return log_error_errno(-EBADMSG, "%s/%s: the document %s is damaged",
					       store->path, store->current, database_text(rows, 1));
		r = 0;
	}
	return r;
}

static int check_rules(const struct store_directory *store, sqlite3 *database)
{
	int broken = 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		_cleanup_statement_ sqlite3_stmt *rows = NULL;
		int r = database_prepare(database, rules[i].sql, &rows);

		if (r == 0)
			r = database_next(rows);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		log_error("%s/%s breaks a rule: %s (first: %s)", store->path, store->current,
			  _(rules[i].rule), database_text(rows, 0));
		broken++;
	}
	return broken > 0 ? -EBADMSG : 0;
}

static int verify(const struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store_open_reader(store->fd, store->current, &database);

	if (r == -EPROTONOSUPPORT)
		return log_error_errno(r, "%s/%s is of another version of ismapfs", store->path,
				       store->current);
	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be opened: %m", store->path,
				       store->current);
	r = check_schema(store, database);
	if (r == 0)
		r = check_ok(store, database, "PRAGMA integrity_check(1)");
	if (r == 0)
		r = check_ok(store, database, "PRAGMA foreign_key_check");
	if (r == 0)
		r = check_documents(store, database);
	return r < 0 ? r : check_rules(store, database);
}

int command_verify(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL;
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	if (store_directory_open(&store, path) < 0 || verify(&store) < 0)
		return EXIT_STORE;
	(void)printf("ok: %s/%s\n", path, store.current);
	return EXIT_DONE;
}
