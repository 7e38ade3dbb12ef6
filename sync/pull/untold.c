#include "pull/untold.h"

#include <string.h>

#include "common/embed.h"

EMBED(untold, "pull/untold.sql");

/* states(role, shape, field), for SQL. */
static void states(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct reader *const *reader = sqlite3_user_data(context);
	const char *role = (const char *)sqlite3_value_text(values[0]);
	const char *shape = (const char *)sqlite3_value_text(values[1]);
	bool stated = (*reader)->states
			      ? (*reader)->states(role, shape, sqlite3_value_int(values[2]))
			      : strcmp(role, DOCUMENT_LIST) == 0;

	(void)count;
	sqlite3_result_int(context, stated);
}

/* Of each role, the shapes of the last generation that this source was read for with one. */
static int stage_known(sqlite3 *database, const char *source)
{
	return database_executef(
		database,
		"INSERT INTO known_shape (role, shape) SELECT DISTINCT d.role, d.shape"
		" FROM (SELECT role, max(generation) AS newest FROM source_document"
		" JOIN generation g ON g.id = generation AND g.source = %Q GROUP BY role) m"
		" JOIN source_document d ON d.generation = m.newest AND d.role = m.role",
		source);
}

static int stage_read(sqlite3 *database, const struct publication *publication)
{
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	int r = database_prepare(database,
				 "INSERT OR IGNORE INTO read_shape (role, shape) VALUES (?1, ?2)",
				 &insert);

	for (size_t i = 0; r == 0 && i < publication->document_count; i++) {
		const struct document *document = &publication->documents[i];

		(void)sqlite3_bind_text(insert, 1, document->role, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(insert, 2, document->shape ? document->shape : "", -1,
					SQLITE_STATIC);
		r = database_run(insert);
	}
	return r;
}

int untold_find(sqlite3 *database, const struct reader *reader, const char *source,
		const struct publication *publication)
{
	int r = publication ? stage_known(database, source) : 0;

	if (r == 0 && publication)
		r = stage_read(database, publication);
	if (r == 0 && sqlite3_create_function(database, "states", 3, SQLITE_UTF8, &reader, states,
					      NULL, NULL) != SQLITE_OK)
		r = database_error(database, "preparing to compare documents");
	return r < 0 ? r : database_execute(database, embedded_untold);
}
