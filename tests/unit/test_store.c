/* The promises of include/store.h about files that somebody else made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "store.h"

#define STEPS 100000

#define COUNT_TO(number) \
	"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n" number \
	") SELECT count(*) FROM n"

static sqlite3 *hardened(void)
{
	sqlite3 *database = NULL;

	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	store_harden(database);
	return database;
}

static void endless_statement_ends(void **state)
{
	_cleanup_database_ sqlite3 *database = hardened();

	(void)state;
	store_limit_steps(database, STEPS);
	assert_int_equal(sqlite3_exec(database, COUNT_TO(""), NULL, NULL, NULL), SQLITE_INTERRUPT);
}

/* One that is kept and asked again and again, as the driver does, may take the steps each time. */
static void steps_are_of_each_run(void **state)
{
	_cleanup_database_ sqlite3 *database = hardened();
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	(void)state;
	store_limit_steps(database, STEPS);
	assert_int_equal(
		sqlite3_prepare_v2(database, COUNT_TO(" WHERE i < 1000"), -1, &statement, NULL),
		SQLITE_OK);
	for (int run = 0; run < 100; run++) {
		assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
		assert_int_equal(sqlite3_column_int(statement, 0), 1000);
		assert_int_equal(sqlite3_reset(statement), SQLITE_OK);
	}
}

static void no_trigger_runs(void **state)
{
	_cleanup_database_ sqlite3 *database = hardened();
	int64_t count = 0;

	(void)state;
	assert_int_equal(sqlite3_exec(database,
				      "CREATE TABLE list (x); CREATE TABLE ran (x);"
				      "CREATE TRIGGER evil AFTER INSERT ON list BEGIN"
				      " INSERT INTO ran VALUES (1); END;"
				      "INSERT INTO list VALUES (1)",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(store_number(database, "SELECT count(*) FROM ran", &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(sqlite3_exec(database,
				      "PRAGMA writable_schema = ON;"
				      "UPDATE sqlite_schema SET sql = 'x'",
				      NULL, NULL, NULL),
			 SQLITE_ERROR);
}

static void a_row_has_a_limit(void **state)
{
	_cleanup_database_ sqlite3 *database = hardened();
	char sql[64];

	(void)state;
	(void)snprintf(sql, sizeof(sql), "SELECT length(zeroblob(%d))", LIMIT_ROW_SIZE + 1);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_TOOBIG);
}

static void schema_is_compared(void **state)
{
	static const struct {
		const char *change, *difference;
	} changes[] = {
		{"CREATE VIEW evil AS SELECT 1", "view evil"},
		{"CREATE TRIGGER evil AFTER INSERT ON value BEGIN SELECT 1; END", "trigger evil"},
		{"CREATE TABLE evil (x)", "table evil"},
		{"DROP VIEW services", "view services"},
		{"DROP VIEW services; CREATE VIEW services AS SELECT 1", "view services"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		_cleanup_database_ sqlite3 *database = hardened();
		char difference[64] = "";

		assert_int_equal(sqlite3_exec(database, store_schema(), NULL, NULL, NULL),
				 SQLITE_OK);
		assert_int_equal(store_check_schema(database, difference, sizeof(difference)), 0);
		assert_int_equal(sqlite3_exec(database, changes[i].change, NULL, NULL, NULL),
				 SQLITE_OK);
		assert_int_equal(store_check_schema(database, difference, sizeof(difference)),
				 -EPROTO);
		assert_string_equal(difference, changes[i].difference);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_statement_ends), cmocka_unit_test(steps_are_of_each_run),
		cmocka_unit_test(no_trigger_runs),	  cmocka_unit_test(a_row_has_a_limit),
		cmocka_unit_test(schema_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
