#include "store_check.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "database.h"
#include "documents.h"
#include "embedded.h"
#include "messages.h"

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
	{N_("links lead where they say"),
	 "SELECT l.id FROM link l JOIN entity e ON e.id = l.entity AND e.kind = 11"
	 " WHERE l.path GLOB '*/*' OR l.path IN ('.', '..')"},
	{N_("every service has a status"),
	 "SELECT e.key FROM entity e JOIN presence p ON p.entity = "
	 "e.id AND p.gen_to IS NULL WHERE e.kind = 5"
	 " AND NOT EXISTS (SELECT 1 FROM value v WHERE v.entity = "
	 "e.id AND v.field = 13 AND v.gen_to IS NULL"
	 " AND v.text <> '')"},
};

/* Keeps the sentence; returns -EBADMSG. */
__attribute__((format(printf, 2, 3))) static int fail(char why[static STATE_TEXT_SIZE],
						      const char *format, ...)
{
	char sentence[STATE_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), gettext(format), arguments);
	va_end(arguments);
	state_set_text(why, sentence);
	return -EBADMSG;
}

int store_check_pragma(sqlite3 *database, const char *name, const char *pragma,
		       char why[static STATE_TEXT_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char sql[80];
	int r;

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s", pragma);
	r = database_prepare(database, sql, &rows);
	if (r == 0)
		r = database_next(rows);
	if (r < 0)
		return r;
	if (r > 0 && strcmp(database_text(rows, 0), "ok") != 0)
		return fail(why, "%s is damaged: %s: %s", name, sql, database_text(rows, 0));
	return 0;
}

/* Bytewise, as the rows are sorted. */
static int compare_columns(sqlite3_stmt *left, sqlite3_stmt *right, int first, int last)
{
	int order = 0;

	for (int column = first; order == 0 && column <= last; column++)
		order = strcmp(database_text(left, column), database_text(right, column));
	return order;
}

/* Where two schemas differ first: the row that only one of them has, or has otherwise. */
static int fail_schema(sqlite3_stmt *ours, bool have_ours, sqlite3_stmt *theirs, bool have_theirs,
		       const char *name, char why[static STATE_TEXT_SIZE])
{
	bool is_ours = have_ours && (!have_theirs || compare_columns(ours, theirs, 0, 1) < 0);
	sqlite3_stmt *row = is_ours ? ours : theirs;

	return fail(why, "%s has another schema than this program's: %s %s", name,
		    database_text(row, 0), database_text(row, 1));
}

int store_check_schema(sqlite3 *database, const char *name, char why[static STATE_TEXT_SIZE])
{
	static const char list[] =
		"SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name";
	_cleanup_database_ sqlite3 *fresh = NULL;
	_cleanup_statement_ sqlite3_stmt *theirs = NULL, *ours = NULL;
	int64_t remembers = 0;
	int r = sqlite3_open(":memory:", &fresh) == SQLITE_OK ? 0 : -ENOMEM, more;

	if (r == 0)
		r = database_execute(fresh, embedded_schema_sql());
	if (r == 0)
		r = database_number(database,
				    "SELECT count(*) FROM sqlite_schema WHERE name = 'reading'",
				    &remembers);
	/* The sync's own account may be missing, but not be another. */
	if (r == 0 && remembers)
		r = database_execute(fresh, embedded_reading_sql());
	if (r == 0)
		r = database_prepare(fresh, list, &ours);
	if (r == 0)
		r = database_prepare(database, list, &theirs);
	if (r < 0)
		return r;
	do {
		r = database_next(ours);
		more = r < 0 ? r : database_next(theirs);
		if (more < 0)
			return more;
		if (r != more || (r > 0 && compare_columns(ours, theirs, 0, 3) != 0))
			return fail_schema(ours, r > 0, theirs, more > 0, name, why);
	} while (r > 0);
	return 0;
}

int store_check_documents(sqlite3 *database, const char *name, char why[static STATE_TEXT_SIZE])
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
			return fail(why, "%s: the document %s is damaged", name,
				    database_text(rows, 1));
		r = 0;
	}
	return r;
}

int store_check_rules(sqlite3 *database, const char *name, char why[static STATE_TEXT_SIZE])
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		_cleanup_statement_ sqlite3_stmt *rows = NULL;
		int r = database_prepare(database, rules[i].sql, &rows);

		if (r == 0)
			r = database_next(rows);
		if (r < 0)
			return r;
		if (r > 0)
			return fail(why, "%s breaks a rule: %s (first: %s)", name, _(rules[i].rule),
				    database_text(rows, 0));
	}
	return 0;
}
