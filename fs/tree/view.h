/*
 * What the mount shows now, and what it showed just before.
 *
 * The refresh thread replaces it. A request opens a view, which doesn't change until
 * the request closes it.
 */
#ifndef ISMAPFS_VIEW_H
#define ISMAPFS_VIEW_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/snapshot.h"
#include "tree/state_files.h"

/* State files that can still be read: a process may be reading older ones. */
#define VIEWS_STATE_COUNT 8

/* Snapshots that are open at most: the current one and older ones, for what the current one doesn't
 * have any more: documents, and directories that have vanished. */
#define VIEWS_SNAPSHOT_COUNT 9

struct views {
	pthread_mutex_t lock;				    /* for all that follows; held briefly */
	struct snapshot *snapshots[VIEWS_SNAPSHOT_COUNT];   /* newest first, then NULL */
	struct state_files *state_files[VIEWS_STATE_COUNT]; /* newest first, then NULL */
};

/* A request's view. Only its holder uses the connection. */
struct view {
	struct snapshot *snapshot;
	struct connection *connection;
	struct state_files *state_files; /* current, or those that the inode is of */
};

/* Takes over the caller's references to both. */
void views_init(struct views *views, struct snapshot *snapshot, struct state_files *state_files);

/* No view may be open. Safe to call twice. */
void views_release(struct views *views);

/*
 * Opens a view, until view_close(), of the current snapshot (age 0) or of an older
 * one (up to VIEWS_SNAPSHOT_COUNT - 1). inode: what the request is about. It
 * chooses the state files, and refuses a past day that was pruned. Any thread.
 * Returns 0; -ESTALE when there is no snapshot of that age or the day was pruned;
 * -ENOMEM; -EIO.
 */
int view_open(struct views *views, unsigned age, uint64_t inode, struct view *view);

/* Gives back all that the view holds. */
void view_close(struct view *view);

#define _cleanup_view_ __attribute__((cleanup(view_close)))

/* Shows another snapshot. The current one stays open as an older one. Takes over the references. */
void views_replace(struct views *views, struct snapshot *snapshot, struct state_files *state_files);

/* Shows other state files of the current snapshot. Takes over the reference. */
void views_replace_state_files(struct views *views, struct state_files *state_files);

/* Whether a request uses an older snapshot. */
bool views_old_in_use(struct views *views);

/* Keeps only one connection to each older snapshot (pool_retire()), if `newest` is the current one.
 */
void views_retire_old(struct views *views, const struct snapshot *newest);

/* A new reference to the current snapshot, or to the current state files. */
struct snapshot *views_snapshot(struct views *views);
struct state_files *views_state_files(struct views *views);

#endif
