#include "tree/view.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "inode.h"

void served_init(struct served *served, struct snapshot *snapshot, struct status *status)
{
	*served = (struct served){0};
	served->snapshots[0] = snapshot;
	served->statuses[0] = status;
	(void)pthread_mutex_init(&served->lock, NULL);
}

void served_release(struct served *served)
{
	for (unsigned i = 0; i < SERVED_SNAPSHOT_COUNT; i++)
		snapshot_release(served->snapshots[i]);
	for (unsigned i = 0; i < SERVED_STATUS_COUNT; i++)
		status_release(served->statuses[i]);
	(void)pthread_mutex_destroy(&served->lock);
}

/* Under the lock. */
static struct status *find_status(const struct served *served, uint64_t inode)
{
	if (inode_class(inode) != INODE_STATE)
		return served->statuses[0];
	for (unsigned i = 0; i < SERVED_STATUS_COUNT && served->statuses[i]; i++)
		if (status_has(served->statuses[i], inode))
			return served->statuses[i];
	return served->statuses[0];
}

/* A date that was pruned is gone at once, not only when the last file that has it is closed. */
static bool was_pruned(const struct served *served, uint64_t inode)
{
	struct directory directory;

	return inode_to_directory(inode, &directory) && directory.generation != 0 &&
	       !generations_is_kept(&served->snapshots[0]->generations, directory.generation);
}

int served_view(struct served *served, unsigned age, uint64_t inode, struct view *view)
{
	struct snapshot *chosen = NULL;
	int r;

	(void)pthread_mutex_lock(&served->lock);
	if (age < SERVED_SNAPSHOT_COUNT && !was_pruned(served, inode))
		chosen = served->snapshots[age];
	if (chosen) {
		view->snapshot = snapshot_reference(chosen);
		view->status = status_reference(find_status(served, inode));
	}
	(void)pthread_mutex_unlock(&served->lock);
	if (!chosen)
		return -ESTALE;
	r = pool_borrow(&view->snapshot->pool, &view->connection);
	if (r == 0)
		return 0;
	view_close(view);
	/* That the file can't be opened says nothing about a name in it. */
	return r == -ENOMEM ? r : -EIO;
}

void view_close(struct view *view)
{
	if (view->connection)
		pool_return(view->connection);
	snapshot_release(view->snapshot);
	status_release(view->status);
	*view = (struct view){0};
}

/* Under the lock. Returns the oldest one, to be released outside of it. */
static struct status *push_status(struct served *served, struct status *status)
{
	struct status *oldest = served->statuses[SERVED_STATUS_COUNT - 1];

	memmove(&served->statuses[1], &served->statuses[0],
		(SERVED_STATUS_COUNT - 1) * sizeof(served->statuses[0]));
	served->statuses[0] = status;
	return oldest;
}

void served_replace(struct served *served, struct snapshot *snapshot, struct status *status,
		    int64_t forget_at)
{
	const unsigned last = SERVED_SNAPSHOT_COUNT - 1;
	struct snapshot *forgotten;
	struct status *oldest;

	(void)pthread_mutex_lock(&served->lock);
	forgotten = served->snapshots[last];
	memmove(&served->snapshots[1], &served->snapshots[0], last * sizeof(served->snapshots[0]));
	memmove(&served->forget_at[1], &served->forget_at[0], last * sizeof(served->forget_at[0]));
	served->snapshots[0] = snapshot;
	served->forget_at[1] = forget_at;
	oldest = push_status(served, status);
	(void)pthread_mutex_unlock(&served->lock);
	snapshot_release(forgotten);
	status_release(oldest);
}

void served_replace_status(struct served *served, struct status *status)
{
	struct status *oldest;

	(void)pthread_mutex_lock(&served->lock);
	oldest = push_status(served, status);
	(void)pthread_mutex_unlock(&served->lock);
	status_release(oldest);
}

/* The oldest snapshot, if its time has come. */
static struct snapshot *take_forgotten(struct served *served, int64_t now)
{
	struct snapshot *forgotten = NULL;

	(void)pthread_mutex_lock(&served->lock);
	for (unsigned i = SERVED_SNAPSHOT_COUNT - 1; i > 0; i--) {
		if (!served->snapshots[i])
			continue;
		if (now >= served->forget_at[i])
			forgotten = steal_pointer(served->snapshots[i]);
		break;
	}
	(void)pthread_mutex_unlock(&served->lock);
	return forgotten;
}

void served_forget(struct served *served, int64_t now)
{
	struct snapshot *forgotten;

	while ((forgotten = take_forgotten(served, now)))
		snapshot_release(forgotten);
}

struct snapshot *served_current(struct served *served)
{
	struct snapshot *snapshot;

	(void)pthread_mutex_lock(&served->lock);
	snapshot = snapshot_reference(served->snapshots[0]);
	(void)pthread_mutex_unlock(&served->lock);
	return snapshot;
}

struct status *served_status(struct served *served)
{
	struct status *status;

	(void)pthread_mutex_lock(&served->lock);
	status = status_reference(served->statuses[0]);
	(void)pthread_mutex_unlock(&served->lock);
	return status;
}
