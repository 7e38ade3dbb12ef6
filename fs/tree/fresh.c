#include "tree/fresh.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/timestamp.h"
#include "inode.h"
#include "tree/staleness.h"

/* The kernel caches it no longer than this, in milliseconds: the driver may be killed, the clock
 * may be set, the machine may sleep. */
#define FRESH_LIFETIME_MAX ((int64_t)(NODE_LIFETIME_SHORT * 1000))

int fresh_path(uint64_t inode, char path[static PATH_MAX])
{
	char day[DAY_TEXT_SIZE];

	day_format((int32_t)(uint32_t)inode, day);
	(void)snprintf(path, PATH_MAX, AT_KEY "/%s/services", day);
	return 0;
}

/* A link to the newest day's services, whose content is that of the newest list. */
static void describe(const struct snapshot *snapshot, int64_t lifetime, struct node *node)
{
	const struct generations *generations = &snapshot->generations;
	const struct shown_day *newest = &generations->days[generations->day_count - 1];
	char path[PATH_MAX];

	*node = (struct node){
		.inode = inode_of_row(INODE_FRESH, (uint32_t)newest->day),
		.mode = NODE_LINK_MODE,
		.mtime = snapshot_mtime(snapshot, snapshot->generation),
		.ctime = snapshot_ctime(snapshot, snapshot->generation),
		.lifetime = (double)lifetime / 1000,
	};
	(void)fresh_path(node->inode, path);
	node->size = strlen(path);
}

int fresh_node(const struct view *view, struct node *node)
{
	const struct snapshot *snapshot = view->snapshot;
	const struct state_limits *limits = &view->state_files->limits;
	int64_t now = timestamp_now(), left;
	struct state state;

	if (snapshot->at_entity == 0 || state_read(snapshot->store_fd, &state) < 0 ||
	    stale_reason_of(snapshot, view->connection, &state, view->state_files->behind, limits,
			    now) != STALE_NOT)
		return -ENOENT;
	left = state_fresh_until(&state, limits) - now;
	describe(snapshot, left < FRESH_LIFETIME_MAX ? left : FRESH_LIFETIME_MAX, node);
	return 0;
}
