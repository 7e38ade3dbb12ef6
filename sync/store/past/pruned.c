#include "store/past/pruned.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "store/chain.h"
#include "util/checksum.h"

EMBED(pruned, "store/past/pruned.sql");

#define LOCATION "before generation "

int pruned_find_first(sqlite3 *database, int64_t *first)
{
	return database_number(database, "SELECT " CHAIN_PRUNED_SQL, first);
}

static int add_parts(sqlite3 *database, int64_t first, bool forgotten, struct checksum_sum *sum)
{
	const char *text = embedded_pruned;
	int r = chain_add_function(database);

	while (r == 0 && *text != '\0') {
		_cleanup_statement_ sqlite3_stmt *lines = NULL;

		if (sqlite3_prepare_v2(database, text, -1, &lines, &text) != SQLITE_OK)
			return database_error(database, "preparing to read what was pruned");
		/* What is behind the last one is blank. */
		if (!lines)
			return 0;
		(void)sqlite3_bind_int64(lines, 1, first);
		(void)sqlite3_bind_int(lines, 2, forgotten);
		r = chain_add_lines(lines, sum);
	}
	return r;
}

static int compute(sqlite3 *database, const char *role, int64_t first,
		   char text[static CHECKSUM_TEXT_SIZE])
{
	struct checksum_sum *sum = checksum_begin();
	int r = add_parts(database, first, strcmp(role, PRUNED_FORGOTTEN) == 0, sum);

	checksum_end(sum, text);
	return r;
}

int pruned_state(sqlite3 *database, const char *role, int64_t first, int64_t generation)
{
	char text[CHECKSUM_TEXT_SIZE];
	int r = compute(database, role, first, text);

	if (r < 0)
		return r;
	return database_executef(
		database,
		"INSERT INTO source_document (generation, role, shape, location, sha256)"
		" VALUES (%lld, %Q, 'history', '" LOCATION "%lld', %Q)",
		(long long)generation, role, (long long)first, text);
}

/* What a file states that it kept of the time before `first`; "" when it states nothing, as one
 * that a former version of this program pruned. */
static int read_statement(sqlite3 *database, int64_t first, char text[static CHECKSUM_TEXT_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT sha256 FROM source_document WHERE role = '" PRUNED_KEPT
				 "' AND location = '" LOCATION "' || ?1"
				 " ORDER BY generation DESC LIMIT 1",
				 &row);

	text[0] = '\0';
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, first);
	r = database_next(row);
	if (r > 0)
		(void)snprintf(text, CHECKSUM_TEXT_SIZE, "%.64s", database_text(row, 0));
	return r < 0 ? r : 0;
}

int pruned_check(sqlite3 *database, const char *name, struct reason *reason)
{
	char stated[CHECKSUM_TEXT_SIZE], found[CHECKSUM_TEXT_SIZE];
	int64_t first = 0;
	int r = pruned_find_first(database, &first);

	if (r < 0)
		return r;
	r = read_statement(database, first, stated);
	if (r < 0 || stated[0] == '\0')
		return r;
	r = compute(database, PRUNED_KEPT, first, found);
	if (r < 0 || strcmp(found, stated) == 0)
		return r;
	return reason_fail(
		reason, -EBADMSG,
		"%s: what is left of the time before generation %lld isn't what the pruning kept: the history was changed",
		name, (long long)first);
}
