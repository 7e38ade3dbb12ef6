#include "pull/plausible.h"

#include <errno.h>
#include <string.h>

#include "common/messages.h"
#include "common/timestamp.h"
#include "inode.h"
#include "store_limits.h"
#include "common/embed.h"

EMBED(losses, "pull/losses.sql");
EMBED(lost_values, "pull/lost_values.sql");
EMBED(sizes, "pull/sizes.sql");

/* A clock may be wrong by this much. */
#define FUTURE_MAX MILLISECONDS_PER_DAY

/* The clocks of two publications may differ by this much. */
#define OTHER_SHAPE_MAX MILLISECONDS_PER_DAY

/*
 * What a document mustn't be older than: the newest one of its role and shape.
 * When the list comes in a shape that is new here, times can be compared only
 * roughly: with the newest list of any shape, and a day of *tolerance. INT64_MIN: nothing.
 */
static int find_newest(sqlite3 *database, const struct document *document, int64_t *instant,
		       int64_t *tolerance)
{
	bool list = strcmp(document->role, DOCUMENT_LIST) == 0;
	int r = database_numberf(
		database, instant,
		"SELECT coalesce(max(coalesce(d.published_at, g.published_at)), %lld)"
		" FROM source_document d JOIN generation g ON g.id = d.generation"
		" WHERE d.role = %Q AND d.shape IN (%Q, '')",
		(long long)INT64_MIN, document->role, document->shape);

	*tolerance = 0;
	if (r < 0 || !list || *instant != INT64_MIN)
		return r;
	*tolerance = OTHER_SHAPE_MAX;
	return database_numberf(
		database, instant,
		"SELECT coalesce(max(coalesce(d.published_at, g.published_at)), %lld)"
		" FROM source_document d JOIN generation g ON g.id = d.generation"
		" WHERE d.role = %Q",
		(long long)INT64_MIN, document->role);
}

int plausible_time(sqlite3 *database, struct publication *publication,
		   const struct document *document, int64_t published_at,
		   const struct clock_reading *clock)
{
	char mine[TIMESTAMP_TEXT_SIZE], newest[TIMESTAMP_TEXT_SIZE];
	int64_t last, tolerance;
	int r = find_newest(database, document, &last, &tolerance);

	if (r < 0)
		return r;
	timestamp_format(published_at, mine);
	if (last != INT64_MIN && published_at < last - tolerance) {
		timestamp_format(last, newest);
		return document_refuse(
			publication, document,
			"it was published at %s, but the store already holds a publication of %s",
			mine, newest);
	}
	if (published_at > clock->now + FUTURE_MAX)
		return document_refuse(
			publication, document,
			"it claims to be of %s, which is in the future; check this machine's clock",
			mine);
	return 0;
}

int plausible_store(sqlite3 *database, const struct clock_reading *clock, struct reason *reason)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char newest[TIMESTAMP_TEXT_SIZE];
	int64_t last_good;
	int r = database_prepare(
		database,
		"SELECT max(published_at), coalesce((SELECT max(id) FROM generation WHERE id <"
		" (SELECT min(id) FROM generation WHERE published_at > ?1)), 0)"
		" FROM generation HAVING max(published_at) > ?1",
		&row);

	if (r < 0 || !clock->witnessed)
		return r;
	(void)sqlite3_bind_int64(row, 1, clock->now + FUTURE_MAX);
	r = database_next(row);
	if (r <= 0)
		return r;
	timestamp_format(sqlite3_column_int64(row, 0), newest);
	last_good = sqlite3_column_int64(row, 1);
	if (last_good == 0)
		return reason_refuse(
			reason,
			"it holds a list of %s, which is in the future: a clock was wrong when it was made; begin a new store",
			newest);
	return reason_refuse(
		reason,
		"it holds a list of %s, which is in the future: a clock was wrong when it was made; 'ismap-sync rewind --store %s --to %lld --reason TEXT' leaves it out",
		newest, reason->about, (long long)last_good);
}

int plausible_registry(sqlite3 *database, struct publication *publication)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database, "SELECT registry, time_zone FROM store", &statement);

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r;
	if (strcmp(database_text(statement, 0), publication->registry) != 0)
		return publication_refuse(publication,
					  "it is a list of '%s', the store holds one of '%s'",
					  publication->registry, database_text(statement, 0));
	if (strcmp(database_text(statement, 1), publication->time_zone) != 0)
		return publication_refuse(publication, "its time zone is %s, the store's is %s",
					  publication->time_zone, database_text(statement, 1));
	return 0;
}

static int count_listed(struct staging *staging, int64_t *listed)
{
	return database_numberf(staging->database, listed,
				"SELECT count(*) FROM staged_entity WHERE kind = %d", KIND_SERVICE);
}

int plausible_losses(struct staging *staging, struct publication *publication, int limit)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int64_t staged = 0, listed, gone;
	int r = count_listed(staging, &staged);

	if (r < 0)
		return r;
	if (staged == 0)
		return publication_refuse(publication, "it lists no service");
	/* What isn't the whole list takes nothing off it. */
	if (!publication->complete)
		return 0;
	r = database_prepare(staging->database, embedded_losses, &row);
	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	listed = sqlite3_column_int64(row, 0);
	gone = sqlite3_column_int64(row, 1);
	if (gone * 100 <= listed * limit)
		return 0;
	return publication_refuse(
		publication,
		translate_counted(
			(unsigned long long)listed,
			"%lld of %lld service would leave the list at once, more than %d %%; if that is right, run again with --accept-loss",
			"%lld of %lld services would leave the list at once, more than %d %%; if that is right, run again with --accept-loss"),
		(long long)gone, (long long)listed, limit);
}

int plausible_values(struct staging *staging, struct publication *publication, int limit)
{
	int64_t staged = 0, lost = 0;
	int r = count_listed(staging, &staged);

	if (r == 0)
		r = database_number(staging->database, embedded_lost_values, &lost);
	if (r < 0)
		return r;
	if (lost * 100 <= staged * limit)
		return 0;
	return publication_refuse(
		publication,
		translate_counted(
			(unsigned long long)lost,
			"%lld name or status of its services (%lld) would become unknown at once, more than %d %%; if that is right, run again with --accept-loss",
			"%lld names and statuses of its services (%lld) would become unknown at once, more than %d %%; if that is right, run again with --accept-loss"),
		(long long)lost, (long long)staged, limit);
}

int plausible_size(const struct staging *staging, struct publication *publication)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	long long fields, directories, generations;
	int r = database_prepare(staging->database, embedded_sizes, &row);

	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	fields = sqlite3_column_int64(row, 0);
	directories = sqlite3_column_int64(row, 1);
	generations = sqlite3_column_int64(row, 2);
	if (staging->longest > LIMIT_VALUE_SIZE)
		return publication_refuse(
			publication,
			"one of its values has %zu bytes; a file of the tree can have %d",
			staging->longest, LIMIT_VALUE_SIZE);
	if (publication->about.length > LIMIT_ABOUT_SIZE)
		return publication_refuse(publication,
					  "it says %zu bytes about itself; README has room for %d",
					  publication->about.length, LIMIT_ABOUT_SIZE);
	if (fields > LIMIT_FIELDS)
		return publication_refuse(
			publication, "with it the store would have %lld fields; it can have %d",
			fields, LIMIT_FIELDS);
	if (directories > INODE_ENTITY_MAX)
		return publication_refuse(
			publication,
			"with it the store would have had %lld directories; it can have had %u",
			directories, INODE_ENTITY_MAX);
	if (generations > INODE_GENERATION_MAX)
		return publication_refuse(
			publication,
			"with it the store would have %lld generations; it can have %u",
			generations, INODE_GENERATION_MAX);
	return 0;
}
