#include "tree/view.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "inode.h"

void views_init(struct views *views, struct snapshot *snapshot, struct state_files *state_files)
{
	*views = (struct views){0};
	views->snapshots[0] = snapshot;
	views->state_files[0] = state_files;
	(void)pthread_mutex_init(&views->lock, NULL);
}

void views_release(struct views *views)
{
	if (!views->snapshots[0])
		return;
	for (unsigned i = 0; i < VIEWS_SNAPSHOT_COUNT; i++)
		snapshot_release(views->snapshots[i]);
	for (unsigned i = 0; i < VIEWS_STATE_COUNT; i++)
		state_files_release(views->state_files[i]);
	(void)pthread_mutex_destroy(&views->lock);
	*views = (struct views){0};
}

/* Under the lock. */
static struct state_files *find_state_files(const struct views *views, uint64_t inode)
{
	if (inode_class(inode) != INODE_STATE)
		return views->state_files[0];
	for (unsigned i = 0; i < VIEWS_STATE_COUNT && views->state_files[i]; i++)
		if (state_files_contain(views->state_files[i], inode))
			return views->state_files[i];
	return views->state_files[0];
}

/* A pruned day vanishes at once, although older snapshots still have it. */
static bool was_pruned(const struct views *views, uint64_t inode)
{
	struct directory directory;

	return inode_to_directory(inode, &directory) && directory.generation != 0 &&
	       !generations_is_kept(&views->snapshots[0]->generations, directory.generation);
}

int view_open(struct views *views, unsigned age, uint64_t inode, struct view *view)
{
	struct snapshot *chosen = NULL;
	int r;

	(void)pthread_mutex_lock(&views->lock);
	if (age < VIEWS_SNAPSHOT_COUNT && !was_pruned(views, inode))
		chosen = views->snapshots[age];
	if (chosen) {
		view->snapshot = snapshot_reference(chosen);
		view->state_files = state_files_reference(find_state_files(views, inode));
	}
	(void)pthread_mutex_unlock(&views->lock);
	if (!chosen)
		return -ESTALE;
	r = pool_borrow(&view->snapshot->pool, &view->connection);
	if (r == 0)
		return 0;
	view_close(view);
	/* Not -ENOENT: that would deny a name, not the file. */
	return r == -ENOMEM ? r : -EIO;
}

void view_close(struct view *view)
{
	if (view->connection)
		pool_return(view->connection);
	snapshot_release(view->snapshot);
	state_files_release(view->state_files);
	*view = (struct view){0};
}

/* Under the lock. Returns the oldest ones, which the caller releases without the lock. */
static struct state_files *push_state_files(struct views *views, struct state_files *state_files)
{
	struct state_files *oldest = views->state_files[VIEWS_STATE_COUNT - 1];

	memmove(&views->state_files[1], &views->state_files[0],
		(VIEWS_STATE_COUNT - 1) * sizeof(views->state_files[0]));
	views->state_files[0] = state_files;
	return oldest;
}

void views_replace(struct views *views, struct snapshot *snapshot, struct state_files *state_files)
{
	const unsigned last = VIEWS_SNAPSHOT_COUNT - 1;
	struct snapshot *forgotten;
	struct state_files *oldest;

	(void)pthread_mutex_lock(&views->lock);
	forgotten = views->snapshots[last];
	memmove(&views->snapshots[1], &views->snapshots[0], last * sizeof(views->snapshots[0]));
	views->snapshots[0] = snapshot;
	oldest = push_state_files(views, state_files);
	(void)pthread_mutex_unlock(&views->lock);
	snapshot_release(forgotten);
	state_files_release(oldest);
}

void views_replace_state_files(struct views *views, struct state_files *state_files)
{
	struct state_files *oldest;

	(void)pthread_mutex_lock(&views->lock);
	oldest = push_state_files(views, state_files);
	(void)pthread_mutex_unlock(&views->lock);
	state_files_release(oldest);
}

bool views_old_in_use(struct views *views)
{
	bool in_use = false;

	(void)pthread_mutex_lock(&views->lock);
	for (unsigned i = 1; i < VIEWS_SNAPSHOT_COUNT && views->snapshots[i]; i++)
		in_use = in_use || pool_borrowed(&views->snapshots[i]->pool) > 0;
	(void)pthread_mutex_unlock(&views->lock);
	return in_use;
}

void views_retire_old(struct views *views, const struct snapshot *newest)
{
	(void)pthread_mutex_lock(&views->lock);
	for (unsigned i = 1; newest == views->snapshots[0] && i < VIEWS_SNAPSHOT_COUNT; i++)
		if (views->snapshots[i])
			pool_retire(&views->snapshots[i]->pool);
	(void)pthread_mutex_unlock(&views->lock);
}

struct snapshot *views_snapshot(struct views *views)
{
	struct snapshot *snapshot;

	(void)pthread_mutex_lock(&views->lock);
	snapshot = snapshot_reference(views->snapshots[0]);
	(void)pthread_mutex_unlock(&views->lock);
	return snapshot;
}

struct state_files *views_state_files(struct views *views)
{
	struct state_files *state_files;

	(void)pthread_mutex_lock(&views->lock);
	state_files = state_files_reference(views->state_files[0]);
	(void)pthread_mutex_unlock(&views->lock);
	return state_files;
}
