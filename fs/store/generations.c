#include "store/generations.h"

#include <errno.h>
#include <stdlib.h>

#include "common/sqlite_cleanup.h"
#include "common/timestamp.h"
#include "inode.h"

static int read_range(sqlite3 *database, struct generations *generations)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int64_t oldest, newest;

	if (sqlite3_prepare_v2(database, "SELECT min(id), max(id) FROM generation", -1, &statement,
			       NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		return -EBADMSG;
	oldest = sqlite3_column_int64(statement, 0);
	newest = sqlite3_column_int64(statement, 1);
	if (oldest < 1 || newest > INODE_GENERATION_MAX)
		return -EBADMSG;
	generations->oldest = (uint32_t)oldest;
	generations->newest = (uint32_t)newest;
	return 0;
}

static int read_generation(struct generations *generations, sqlite3_stmt *statement)
{
	int64_t id = sqlite3_column_int64(statement, 0);
	const char *text = (const char *)sqlite3_column_text(statement, 2);
	int64_t day;

	if (id < 1 || id > generations->newest || !text || day_parse(text, &day) < 0)
		return -EBADMSG;
	generations->by_id[id] = (struct generation){
		.mtime = sqlite3_column_int64(statement, 1),
		.day = (int32_t)day,
		.kept = sqlite3_column_int(statement, 3) == 1,
	};
	return 0;
}

static int read_generations(sqlite3 *database, struct generations *generations)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r, step;

	generations->by_id = calloc((size_t)generations->newest + 1, sizeof(*generations->by_id));
	if (!generations->by_id)
		return -ENOMEM;
	if (sqlite3_prepare_v2(database, "SELECT id, mtime, day, kept FROM generation", -1,
			       &statement, NULL) != SQLITE_OK)
		return -EBADMSG;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		r = read_generation(generations, statement);
		if (r < 0)
			return r;
	}
	return step == SQLITE_DONE ? 0 : -EIO;
}

/* Collects the last kept generation of each day. Days never decrease: ismap-sync refuses a
 * publication that is older than the newest one. */
static int collect_days(struct generations *generations)
{
	struct shown_day *last = NULL;

	for (uint32_t id = generations->oldest; id <= generations->newest; id++) {
		const struct generation *generation = &generations->by_id[id];

		if (!generation->kept)
			continue;
		if (last && generation->day < last->day)
			return -EBADMSG;
		if (!last)
			generations->first_kept = id;
		if (!last || generation->day > last->day)
			last = &generations->days[generations->day_count++];
		*last = (struct shown_day){.day = generation->day, .generation = id};
	}
	/* The newest generation is never pruned. */
	return generations->by_id[generations->newest].kept ? 0 : -EBADMSG;
}

static size_t count_kept(const struct generations *generations)
{
	size_t count = 0;

	for (uint32_t id = generations->oldest; id <= generations->newest; id++)
		count += generations->by_id[id].kept;
	return count;
}

int generations_load(sqlite3 *database, struct generations *generations)
{
	int r;

	if ((r = read_range(database, generations)) < 0 ||
	    (r = read_generations(database, generations)) < 0)
		return r;
	generations->days = calloc(count_kept(generations) + 1, sizeof(*generations->days));
	return generations->days ? collect_days(generations) : -ENOMEM;
}

void generations_release(struct generations *generations)
{
	free(generations->by_id);
	free(generations->days);
	*generations = (struct generations){0};
}

int64_t generations_mtime(const struct generations *generations, int64_t id)
{
	if (id < generations->oldest || id > generations->newest)
		id = generations->oldest;
	return generations->by_id[id].mtime;
}

bool generations_is_kept(const struct generations *generations, uint32_t id)
{
	return id <= generations->newest && generations->by_id[id].kept;
}

const struct shown_day *generations_day(const struct generations *generations, int64_t day)
{
	size_t low = 0, high = generations->day_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (generations->days[middle].day <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &generations->days[low - 1];
}
