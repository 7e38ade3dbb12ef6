/*
 * What the mount shows at this moment, and what it showed just before.
 *
 * The refresh thread replaces it; a request takes a view of it, which doesn't
 * change until it is given back.
 */
#ifndef ISMAPFS_VIEW_H
#define ISMAPFS_VIEW_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/snapshot.h"
#include "tree/state_files.h"

/* Statuses whose files can still be read: a reader may be in the middle of one. */
#define VIEWS_STATE_COUNT 8

/* Snapshots that are open at most: the current one and those just before it. */
#define VIEWS_SNAPSHOT_COUNT 4

struct views {
	pthread_mutex_t lock;				    /* for what is below, for an instant */
	struct snapshot *snapshots[VIEWS_SNAPSHOT_COUNT];   /* newest first, then NULL */
	int64_t forget_at[VIEWS_SNAPSHOT_COUNT];	    /* the older ones; milliseconds */
	struct state_files *state_files[VIEWS_STATE_COUNT]; /* newest first, then NULL */
};

/* One request's view. The connection is the holder's alone. */
struct view {
	struct snapshot *snapshot;
	struct connection *connection;
	struct state_files
		*state_files; /* the current one, or the one that the inode number is of */
};

/* Takes over the caller's references. */
void views_init(struct views *views, struct snapshot *snapshot, struct state_files *state_files);

/* No view may be open. */
void views_release(struct views *views);

/*
 * A view, until view_close(), of the current snapshot (age 0) or of an older
 * one (up to VIEWS_SNAPSHOT_COUNT - 1). inode: what the request is about; it
 * matters for a state file, and for a directory of a date. Any thread.
 * Returns 0; -ESTALE when there is no snapshot of that age, or when the current
 * one doesn't show that date any more; -ENOMEM; -EIO.
 */
int view_open(struct views *views, unsigned age, uint64_t inode, struct view *view);

void view_close(struct view *view);

#define _cleanup_view_ __attribute__((cleanup(view_close)))

/* Shows another snapshot; the current one becomes an older one, which is kept until forget_at (on
 * whatever clock views_forget() is told). Takes over the references. */
void views_replace(struct views *views, struct snapshot *snapshot, struct state_files *state_files,
		   int64_t forget_at);

/* Shows another status of the current snapshot. Takes over the reference. */
void views_replace_state_files(struct views *views, struct state_files *state_files);

/* Lets go of older snapshots whose time has come. */
void views_forget(struct views *views, int64_t now);

/* A reference to the current snapshot, to the current status. */
struct snapshot *views_snapshot(struct views *views);
struct state_files *views_state_files(struct views *views);

#endif
