#include "tree/day.h"

#include <errno.h>

#include "tree/staleness.h"

/* From when on a generation's list held, and until when it was known to be the newest. */
static int find_instants(const struct view *view, uint32_t generation, struct day *day)
{
	struct generation_facts facts;
	struct state state;
	int r = snapshot_facts(view->connection, generation, &facts);

	if (r < 0)
		return r == -ESTALE ? -ENOENT : r;
	day->from = facts.published_at;
	day->held_until = facts.held_until > 0 ? facts.held_until : facts.published_at;
	if (generation != view->snapshot->generation)
		return 0;
	/* An unreadable state counts as none. */
	if (state_read(view->snapshot->store_fd, &state) < 0)
		state = (struct state){0};
	return newest_held_until(view->snapshot, view->connection, &state, &day->held_until);
}

static int find(const struct view *view, uint32_t generation, int64_t number, struct day *day)
{
	const struct snapshot *snapshot = view->snapshot;
	int64_t generation_day = snapshot->generations.by_id[generation].day, last;
	int r;

	*day = (struct day){.number = number, .generation = generation};
	if (number - generation_day > INODE_DAY_OFFSET_MAX)
		return -ENOENT;
	day->offset = (uint32_t)(number - generation_day);
	r = find_instants(view, generation, day);
	if (r < 0)
		return r;
	day->basis = day_basis(snapshot->time_zone, number, generation_day, day->held_until);
	if (generation != snapshot->generation)
		return 0;
	last = day_last_known(snapshot->time_zone, generation_day, day->held_until);
	day->is_last_known = number == last;
	return number > last ? -ENOENT : 0;
}

int day_find(const struct view *view, int64_t number, struct day *day)
{
	const struct shown_day *shown = generations_day(&view->snapshot->generations, number);

	return shown ? find(view, shown->generation, number, day) : -ENOENT;
}

int day_of_directory(const struct view *view, const struct directory *directory, struct day *day)
{
	const struct generations *generations = &view->snapshot->generations;

	if (!generations_is_kept(generations, directory->generation))
		return -ENOENT;
	return find(view, directory->generation,
		    generations->by_id[directory->generation].day + (int64_t)directory->day_offset,
		    day);
}
