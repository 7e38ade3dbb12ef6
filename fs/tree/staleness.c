#include "tree/staleness.h"

#include <stdlib.h>
#include <string.h>

#include "common/timestamp.h"
#include "store.h"

/* A new list is shown this soon after it came. Milliseconds. */
#define FOLLOW_MAX 10000

/* The number of the generation that `current` leads to; 0: to none. */
static int64_t current_generation(int store_fd)
{
	char path[STORE_GENERATION_PATH_SIZE];

	if (store_current_path(store_fd, path) < 0)
		return 0;
	return strtoll(path + strlen(STORE_GENERATIONS "/"), NULL, 10);
}

/* Whether the list that the state speaks of is about to be shown: `current` leads to it, and it
 * came a moment ago. */
static bool is_about_to_be_shown(const struct snapshot *snapshot, const struct state *state,
				 int64_t now)
{
	return state->written_at <= now && now - state->written_at < FOLLOW_MAX &&
	       current_generation(snapshot->store_fd) >= state->generation;
}

/* Whether the state speaks of the snapshot's list or of one before it: then it says when this
 * list's history was last checked. */
static bool is_spoken_of(const struct snapshot *snapshot, struct connection *connection,
			 const struct state *state, int64_t now)
{
	struct generation_facts facts;

	if (state_speaks_of(state, snapshot->generation, snapshot->chain))
		return true;
	if (state->generation <= 0)
		return false;
	if (state->generation > snapshot->generation)
		return is_about_to_be_shown(snapshot, state, now);
	return snapshot_facts(connection, (uint32_t)state->generation, &facts) == 0 &&
	       state_speaks_of(state, state->generation, facts.chain);
}

enum stale_reason stale_reason_of(const struct snapshot *snapshot, struct connection *connection,
				  const struct state *state, bool behind,
				  const struct state_limits *limits, int64_t now)
{
	const struct state_list list = {
		.complete = snapshot->complete,
		.spoken_of = is_spoken_of(snapshot, connection, state, now),
		.behind = behind,
	};

	return state_stale_reason(state, &list, limits, now);
}

int newest_held_until(const struct snapshot *snapshot, struct connection *connection,
		      const struct state *state, int64_t *held_until)
{
	struct generation_facts facts;
	int r;

	*held_until = state_held_until(state, snapshot->generation, snapshot->chain);
	if (*held_until > 0)
		return 0;
	r = snapshot_facts(connection, snapshot->generation, &facts);
	*held_until = r < 0 ? 0 : facts.published_at;
	return r;
}
