#include "store/chain.h"

#include <errno.h>
#include <string.h>

#include "util/buffer.h"
#include "common/embed.h"

EMBED(chain, "store/chain.sql");

#define PARTS 3

/* What computes chains, one after the other. */
struct chain {
	sqlite3_stmt *parts[PARTS], *write;
};

static void put_field(struct buffer *line, sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);
	size_t length = (size_t)sqlite3_value_bytes(value), plain = 0;

	if (!text) {
		buffer_text(line, "\\N");
		return;
	}
	for (size_t i = 0; i < length; i++) {
		static const char escaped[] = "\\\t\n\r", letters[] = "\\tnr";
		const char *found = text[i] == '\0' ? NULL : strchr(escaped, text[i]);

		if (!found)
			continue;
		buffer_append(line, text + plain, i - plain);
		buffer_printf(line, "\\%c", letters[found - escaped]);
		plain = i + 1;
	}
	buffer_append(line, text + plain, length - plain);
}

/* chain_line(word, field…): a line of the text, for SQL. */
static void chain_line(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct buffer line = {0};

	for (int i = 0; i < count; i++) {
		if (i > 0)
			buffer_text(&line, "\t");
		put_field(&line, values[i]);
	}
	sqlite3_result_text64(context, line.bytes, line.length, free, SQLITE_UTF8);
}

int chain_read(sqlite3 *database, int64_t generation, char chain[static CHECKSUM_TEXT_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database, "SELECT chain FROM generation WHERE id = ?1", &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, generation);
	r = database_next(row);
	if (r > 0)
		(void)snprintf(chain, CHECKSUM_TEXT_SIZE, "%.64s", database_text(row, 0));
	return r;
}

int chain_add_function(sqlite3 *database)
{
	if (sqlite3_create_function(database, "chain_line", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
				    NULL, chain_line, NULL, NULL) != SQLITE_OK)
		return database_error(database, "preparing to compute the chain");
	return 0;
}

static int chain_open(struct chain *chain, sqlite3 *database)
{
	const char *text = embedded_chain;
	int r = chain_add_function(database);

	if (r < 0)
		return r;
	for (size_t i = 0; i < PARTS; i++)
		if (sqlite3_prepare_v2(database, text, -1, &chain->parts[i], &text) != SQLITE_OK)
			return database_error(database, "preparing to compute the chain");
	return database_prepare(database, "UPDATE generation SET chain = ?2 WHERE id = ?1",
				&chain->write);
}

static void chain_close(struct chain *chain)
{
	for (size_t i = 0; i < PARTS; i++)
		(void)sqlite3_finalize(chain->parts[i]);
	(void)sqlite3_finalize(chain->write);
}
#define _cleanup_chain_ __attribute__((cleanup(chain_close)))

int chain_add_lines(sqlite3_stmt *lines, struct checksum_sum *sum)
{
	int r;

	while ((r = database_next(lines)) > 0) {
		const char *line = database_text(lines, 0);

		checksum_add(sum, line, (size_t)sqlite3_column_bytes(lines, 0));
		checksum_add(sum, "\n", 1);
	}
	(void)sqlite3_reset(lines);
	return r;
}

static void bind_part(sqlite3_stmt *part, int64_t generation, const char *before)
{
	(void)sqlite3_bind_int64(part, 1, generation);
	if (sqlite3_bind_parameter_count(part) > 1)
		(void)sqlite3_bind_text(part, 2, before, -1, SQLITE_STATIC);
}

static int add_part(sqlite3_stmt *part, int64_t generation, const char *before,
		    struct checksum_sum *sum)
{
	bind_part(part, generation, before);
	return chain_add_lines(part, sum);
}

static int compute(const struct chain *chain, int64_t generation, const char *before,
		   char text[static CHECKSUM_TEXT_SIZE])
{
	struct checksum_sum *sum = checksum_begin();
	int r = 0;

	for (size_t i = 0; r == 0 && i < PARTS; i++)
		r = add_part(chain->parts[i], generation, before, sum);
	checksum_end(sum, text);
	return r;
}

static int seal(const struct chain *chain, int64_t generation, const char *before,
		char text[static CHECKSUM_TEXT_SIZE])
{
	int r = compute(chain, generation, before, text);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(chain->write, 1, generation);
	(void)sqlite3_bind_text(chain->write, 2, text, -1, SQLITE_STATIC);
	return database_run(chain->write);
}

/* The store's uuid where the generation is the first. */
static int read_before(sqlite3 *database, int64_t generation, struct buffer *before)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT coalesce((SELECT chain FROM generation WHERE id < ?1"
				 " ORDER BY id DESC LIMIT 1), (SELECT uuid FROM store))",
				 &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, generation);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	buffer_text(before, database_text(row, 0));
	return 0;
}

int chain_print(sqlite3 *database, int64_t generation, struct buffer *text)
{
	_cleanup_chain_ struct chain chain = {0};
	_cleanup_buffer_ struct buffer before = {0};
	int r = chain_open(&chain, database);

	if (r == 0)
		r = read_before(database, generation, &before);
	for (size_t i = 0; r == 0 && i < PARTS; i++) {
		sqlite3_stmt *part = chain.parts[i];

		bind_part(part, generation, before.bytes);
		while ((r = database_next(part)) > 0)
			buffer_printf(text, "%s\n", database_text(part, 0));
	}
	return r;
}

int chain_seal(sqlite3 *database)
{
	_cleanup_chain_ struct chain chain = {0};
	_cleanup_buffer_ struct buffer before = {0};
	char text[CHECKSUM_TEXT_SIZE];
	int64_t newest = 0;
	int r = chain_open(&chain, database);

	if (r == 0)
		r = database_number(database, "SELECT max(id) FROM generation", &newest);
	if (r == 0)
		r = read_before(database, newest, &before);
	return r < 0 ? r : seal(&chain, newest, before.bytes, text);
}

int chain_seal_all(sqlite3 *database)
{
	_cleanup_chain_ struct chain chain = {0};
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer before = {0};
	char text[CHECKSUM_TEXT_SIZE];
	int r = chain_open(&chain, database);

	if (r == 0)
		r = read_before(database, 0, &before);
	if (r == 0)
		r = database_prepare(database, "SELECT id FROM generation ORDER BY id", &rows);
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		r = seal(&chain, sqlite3_column_int64(rows, 0), before.bytes, text);
		if (r < 0)
			return r;
		buffer_clear(&before);
		buffer_text(&before, text);
	}
	return r;
}

int chain_check(sqlite3 *database, const char *name, struct reason *reason)
{
	/* Of the oldest that isn't pruned, some of what it ended is gone. */
	static const char sql[] = "SELECT id, chain FROM generation"
				  " WHERE id > " CHAIN_PRUNED_SQL " ORDER BY id";
	_cleanup_chain_ struct chain chain = {0};
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer before = {0};
	char text[CHECKSUM_TEXT_SIZE];
	int r = chain_open(&chain, database);

	if (r == 0)
		r = database_prepare(database, sql, &rows);
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		int64_t id = sqlite3_column_int64(rows, 0);

		if (before.length == 0)
			r = read_before(database, id, &before);
		if (r >= 0)
			r = compute(&chain, id, before.bytes, text);
		if (r < 0)
			return r;
		if (strcmp(text, database_text(rows, 1)) != 0)
			return reason_fail(
				reason, -EBADMSG,
				"%s: what generation %lld holds isn't what its chain says: the history was changed",
				name, (long long)id);
		buffer_clear(&before);
		buffer_text(&before, text);
	}
	return r;
}
