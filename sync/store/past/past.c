#include "store/past/past.h"

#include <errno.h>

#include "common/embed.h"
#include "store.h"
#include "store/chain.h"
#include "store/database.h"
#include "store/past/pruned.h"

EMBED(facts, "store/past/facts.sql");
EMBED(differs, "store/past/differs.sql");

/* Of one field of an entity, at most one row begins in a generation. */
static const char schema[] = "CREATE TABLE fact (kind TEXT, key TEXT, field TEXT, since INTEGER,"
			     " side INTEGER, until INTEGER, text TEXT,"
			     " PRIMARY KEY (kind, key, field, since, side)) WITHOUT ROWID";

void past_release(struct past_difference *difference)
{
	buffer_release(&difference->day);
	buffer_release(&difference->kind);
	buffer_release(&difference->key);
	buffer_release(&difference->field);
	buffer_release(&difference->texts[0]);
	buffer_release(&difference->texts[1]);
}

static int open_empty(sqlite3 **database)
{
	if (sqlite3_open(":memory:", database) != SQLITE_OK)
		return database_error(*database, "comparing");
	store_harden(*database);
	return 0;
}

/* The bytes are read where they are. */
static int attach(sqlite3 *database, struct span file)
{
	union {
		/* cppcheck-suppress unusedStructMember; what bytes shows */
		const void *constant;
		unsigned char *bytes;
	} content = {.constant = file.bytes};
	int r = database_execute(database, "ATTACH ':memory:' AS file");

	if (r == 0 && sqlite3_deserialize(database, "file", content.bytes,
					  (sqlite3_int64)file.length, (sqlite3_int64)file.length,
					  SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
		r = database_error(database, "comparing");
	return r;
}

static int detach(sqlite3 *database)
{
	return database_execute(database, "DETACH file");
}

static int read_facts(sqlite3 *database, int side, int64_t last, int64_t first)
{
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	int r = database_prepare(database, embedded_facts, &insert);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int(insert, 1, side);
	(void)sqlite3_bind_int64(insert, 2, last);
	(void)sqlite3_bind_int64(insert, 3, first);
	return database_run(insert);
}

static int read_side(sqlite3 *database, int side, struct span file, int64_t last, int64_t first)
{
	int r = attach(database, file);

	if (r == 0)
		r = read_facts(database, side, last, first);
	return r < 0 ? r : detach(database);
}

static void take_row(sqlite3_stmt *row, struct past_difference *difference)
{
	difference->generation = sqlite3_column_int64(row, 0);
	buffer_text(&difference->day, database_text(row, 1));
	buffer_text(&difference->kind, database_text(row, 2));
	buffer_text(&difference->key, database_text(row, 3));
	buffer_text(&difference->field, database_text(row, 4));
	for (int side = 0; side < 2; side++) {
		difference->has[side] = sqlite3_column_type(row, 5 + side) != SQLITE_NULL;
		buffer_text(&difference->texts[side], database_text(row, 5 + side));
	}
}

static int find_difference(sqlite3 *database, int64_t last, int64_t first,
			   struct past_difference *difference)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database, embedded_differs, &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, first);
	(void)sqlite3_bind_int64(row, 2, last);
	r = database_next(row);
	if (r > 0)
		take_row(row, difference);
	return r;
}

int past_find_chain(struct span file, int64_t generation, char chain[static STATE_CHAIN_SIZE],
		    int64_t *first)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = open_empty(&database);

	chain[0] = '\0';
	if (r == 0)
		r = attach(database, file);
	if (r == 0)
		r = pruned_find_first(database, first);
	return r < 0 ? r : chain_read(database, generation, chain);
}

int past_compare(struct span first, struct span second, int64_t last,
		 struct past_difference *difference)
{
	const struct span files[] = {first, second};
	_cleanup_database_ sqlite3 *database = NULL;
	int64_t oldest = 0;
	int r = 0;

	for (int side = 0; r >= 0 && side < 2; side++) {
		char chain[STATE_CHAIN_SIZE];
		int64_t shown = 0;

		r = past_find_chain(files[side], last, chain, &shown);
		if (shown > oldest)
			oldest = shown;
	}
	if (r >= 0)
		r = open_empty(&database);
	if (r == 0)
		r = database_execute(database, schema);
	for (int side = 0; r == 0 && side < 2; side++)
		r = read_side(database, side, files[side], last, oldest);
	return r < 0 ? r : find_difference(database, last, oldest, difference);
}
