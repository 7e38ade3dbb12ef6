#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "store/chain.h"
#include "store.h"

/* Beside this file, where the tests run. An independent program made what is expected there
 * (tests/oracle/chain.py). */
#define VECTORS "tests/oracle/chain_vectors/"

static void read_vector(const char *name, char *text, size_t size)
{
	_cleanup_fclose_ FILE *file = fopen(name, "re");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, size - 1, file);
	assert_true(length > 0 && length < size - 1);
	text[length] = '\0';
}

static sqlite3 *open_example(void)
{
	char text[8192];
	sqlite3 *database;

	read_vector(VECTORS "store.sql", text, sizeof(text));
	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(database_execute(database, store_schema()), 0);
	assert_int_equal(database_execute(database, text), 0);
	return database;
}

static void expect_chains(sqlite3 *database, const char *expected)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;

	assert_int_equal(
		database_prepare(database,
				 "SELECT group_concat(id || ' ' || chain, char(10)) || char(10)"
				 " FROM (SELECT id, chain FROM generation ORDER BY id)",
				 &row),
		0);
	assert_int_equal(database_next(row), 1);
	assert_string_equal(database_text(row, 0), expected);
}

static void vectors(void **state)
{
	_cleanup_database_ sqlite3 *database = open_example();
	char expected[256];

	(void)state;
	read_vector(VECTORS "chains", expected, sizeof(expected));
	assert_int_equal(chain_seal_all(database), 0);
	expect_chains(database, expected);
	/* The newest alone, again: the same. */
	assert_int_equal(database_execute(database, "UPDATE generation SET chain = '" CHAIN_UNSEALED
						    "' WHERE id = 2"),
			 0);
	assert_int_equal(chain_seal(database), 0);
	expect_chains(database, expected);
}

static void changed_rows(void **state)
{
	static const struct {
		const char *sql, *sentence;
	} changes[] = {
		{"UPDATE value SET text = 'D' WHERE id = 5", "what generation 2 holds isn't"},
		{"UPDATE value SET text = 'D' WHERE id = 4", "what generation 1 holds isn't"},
		{"UPDATE value SET gen_to = 2 WHERE id = 2", "what generation 2 holds isn't"},
		{"DELETE FROM value WHERE id = 6", "what generation 2 holds isn't"},
		{"UPDATE link SET path = '../../../services/C' WHERE id = 1",
		 "what generation 1 holds isn't"},
		{"UPDATE presence SET name = 'C' WHERE id = 3", "what generation 1 holds isn't"},
		{"UPDATE entity SET key = 'A-2' WHERE id = 3", "what generation 1 holds isn't"},
		{"UPDATE generation SET fetched_at = 1 WHERE id = 2", "what generation 2 holds"},
		{"UPDATE generation SET held_until = 1 WHERE id = 1", "what generation 2 holds"},
		{"UPDATE source_document SET published_at = 1 WHERE role = 'overview'",
		 "what generation 2 holds"},
		{"UPDATE store SET uuid = '11234567-89ab-4cde-8f01-23456789abcd'",
		 "what generation 1 holds"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		_cleanup_database_ sqlite3 *database = open_example();
		struct reason reason = {.about = "test"};

		assert_int_equal(chain_seal_all(database), 0);
		assert_int_equal(chain_check(database, "file", &reason), 0);
		assert_int_equal(database_execute(database, "PRAGMA ignore_check_constraints = ON"),
				 0);
		assert_int_equal(database_execute(database, changes[i].sql), 0);
		assert_int_equal(chain_check(database, "file", &reason), -EBADMSG);
		assert_non_null(strstr(reason.sentence, changes[i].sentence));
	}
}

/* Nobody's history: how rows are numbered, what is rendered, what the newest one's end will be. */
static void what_is_no_part(void **state)
{
	static const char *const changes[] = {
		"UPDATE value SET id = id + 100",
		"UPDATE generation SET held_until = 5 WHERE id = 2",
		"UPDATE link SET path = '2026-01-03.tsv' WHERE name = 'latest'",
		"INSERT INTO document (entity, name, gen_from, size) VALUES (5, 'all.tsv', 2, 0)",
		"INSERT INTO change (gen, kind, entity) VALUES (2, 'added', 3)",
	};
	_cleanup_database_ sqlite3 *database = open_example();
	struct reason reason = {.about = "test"};

	(void)state;
	assert_int_equal(chain_seal_all(database), 0);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(database_execute(database, changes[i]), 0);
		assert_int_equal(chain_check(database, "file", &reason), 0);
	}
}

/* What a pruned generation ended is gone; what follows is still checked. */
static void pruned(void **state)
{
	_cleanup_database_ sqlite3 *database = open_example();
	struct reason reason = {.about = "test"};

	(void)state;
	assert_int_equal(chain_seal_all(database), 0);
	assert_int_equal(
		database_execute(
			database,
			"UPDATE generation SET kept = 0 WHERE id = 1;"
			"INSERT INTO generation (id, published_at, published_basis, day, mtime,"
			" fetched_at, source, complete, services, chain) SELECT 3, published_at,"
			" published_basis, day, mtime + 1, fetched_at, 'prune', complete,"
			" services, chain FROM generation WHERE id = 2;"
			"UPDATE generation SET held_until = 7 WHERE id = 2"),
		0);
	assert_int_equal(chain_seal(database), 0);
	assert_int_equal(database_execute(database, "DELETE FROM value WHERE gen_to = 2"), 0);
	assert_int_equal(chain_check(database, "file", &reason), 0);
	assert_int_equal(
		database_execute(database, "UPDATE generation SET held_until = 8 WHERE id = 2"), 0);
	assert_int_equal(chain_check(database, "file", &reason), -EBADMSG);
	assert_non_null(strstr(reason.sentence, "generation 3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(changed_rows),
		cmocka_unit_test(what_is_no_part),
		cmocka_unit_test(pruned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
