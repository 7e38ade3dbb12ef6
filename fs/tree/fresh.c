#include "tree/fresh.h"

#include <errno.h>

#include "inode.h"

/* The kernel caches it no longer than this, in seconds: the driver may be killed, the clock may be
 * set, the machine may sleep. */
#define FRESH_LIFETIME_MAX 1

int fresh_node(const struct view *view, struct node *node)
{
	const struct snapshot *snapshot = view->snapshot;
	int64_t max_age = view->state_files->max_age;
	const struct state_limits limits = {max_age, -1};
	int64_t now = timestamp_now(), left;
	struct state state;

	if (view->state_files->behind || state_read(snapshot->store_fd, &state) < 0 ||
	    state_is_stale(&state, snapshot->complete, max_age, now))
		return -ENOENT;
	left = state_fresh_until(&state, &limits) - now;
	if (left > FRESH_LIFETIME_MAX * 1000)
		left = FRESH_LIFETIME_MAX * 1000;
	*node = (struct node){
		.inode = inode_of_row(INODE_FRESH, 0),
		.mode = NODE_LINK_MODE,
		.size = sizeof(FRESH_TARGET) - 1,
		.mtime = snapshot_mtime(snapshot, snapshot->generation),
		.ctime = snapshot_ctime(snapshot, snapshot->generation),
		.lifetime = (double)left / 1000,
	};
	return 0;
}
