/* The promises of fs/store/query.h: a request costs the same in a list of any length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/sqlite_cleanup.h"
#include "store/query.h"
#include "store.h"

/* A step of a query's plan as SQLite words it: whether it reads a whole table or sorts rows. */
static bool is_costly(enum query query, const char *step)
{
	if (strstr(step, "TEMP B-TREE"))
		return true;
	if (strncmp(step, "SCAN", strlen("SCAN")) != 0)
		return false;
	/* SELECT without a table; the comparison of all documents, whose ids are the rows. */
	if (strstr(step, "CONSTANT ROW") || query == QUERY_DOCUMENT_IDS)
		return false;
	/* The table of relations has six rows. */
	return strcmp(step, "SCAN r") != 0;
}

static void check_plan(sqlite3 *database, enum query query)
{
	_cleanup_statement_ sqlite3_stmt *plan = NULL;
	_cleanup_sqlite_text_ char *sql =
		sqlite3_mprintf("EXPLAIN QUERY PLAN %s", query_text(query));

	if (sqlite3_prepare_v2(database, sql, -1, &plan, NULL) != SQLITE_OK)
		fail_msg("%s: %s", query_text(query), sqlite3_errmsg(database));
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);

		if (is_costly(query, step))
			fail_msg("%s: %s", query_text(query), step);
	}
}

static void every_query_is_answered_by_indexes(void **state)
{
	_cleanup_database_ sqlite3 *database = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, store_schema(), NULL, NULL, NULL), SQLITE_OK);
	for (unsigned query = 0; query < QUERY_COUNT; query++)
		check_plan(database, (enum query)query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_query_is_answered_by_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
