#include "store/database.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/log.h"
#include "util/memory.h"

int database_error(sqlite3 *database, const char *doing)
{
	int error;

	switch (sqlite3_errcode(database)) {
	case SQLITE_FULL: error = -ENOSPC; break;
	case SQLITE_NOMEM: out_of_memory();
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: error = -EBADMSG; break;
	default: error = -EIO; break;
	}
	return log_error_errno(error, "%s: SQLite says: %s", _(doing), sqlite3_errmsg(database));
}

int database_execute(sqlite3 *database, const char *sql)
{
	if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return database_error(database, "working on the store");
	return 0;
}

int database_executef(sqlite3 *database, const char *format, ...)
{
	_cleanup_sqlite_text_ char *sql = NULL;
	va_list arguments;

	va_start(arguments, format);
	sql = sqlite3_vmprintf(format, arguments);
	va_end(arguments);
	if (!sql)
		out_of_memory();
	return database_execute(database, sql);
}

int database_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement)
{
	if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) !=
	    SQLITE_OK)
		return database_error(database, "preparing to read the store");
	return 0;
}

int database_run(sqlite3_stmt *statement)
{
	int r = sqlite3_step(statement);

	if (r != SQLITE_DONE && r != SQLITE_ROW)
		r = database_error(sqlite3_db_handle(statement), "writing the store");
	else
		r = 0;
	(void)sqlite3_reset(statement);
	return r;
}

int database_execute_with(sqlite3 *database, const char *sql, const char *const *texts, int count)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database, sql, &statement);

	if (r < 0)
		return r;
	for (int i = 0; i < count; i++)
		(void)sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC);
	return database_run(statement);
}

int database_next(sqlite3_stmt *statement)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: return 0;
	default: return database_error(sqlite3_db_handle(statement), "reading the store");
	}
}

int database_number(sqlite3 *database, const char *sql, int64_t *number)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database, sql, &statement);

	*number = 0;
	if (r < 0)
		return r;
	r = database_next(statement);
	if (r < 0)
		return r;
	if (r > 0)
		*number = sqlite3_column_int64(statement, 0);
	return 0;
}

int database_numberf(sqlite3 *database, int64_t *number, const char *format, ...)
{
	_cleanup_sqlite_text_ char *sql = NULL;
	va_list arguments;

	va_start(arguments, format);
	sql = sqlite3_vmprintf(format, arguments);
	va_end(arguments);
	if (!sql)
		out_of_memory();
	return database_number(database, sql, number);
}

const char *database_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text ? text : "";
}

int database_verdict(sqlite3_stmt *row)
{
	const char *verdict = database_text(row, 0);

	if (strcmp(verdict, "ok") == 0)
		return 0;
	/* What SQLite says of a page that can't be read (checkList in btree.c). */
	return strstr(verdict, "failed to get page") ? -EIO : -EBADMSG;
}
