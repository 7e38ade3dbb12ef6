/*
 * What the mount shows at this moment, and what it showed just before.
 *
 * The refresh thread replaces it; a request takes a view of it, which doesn't
 * change until it is given back.
 */
#ifndef ISMAPFS_SERVED_H
#define ISMAPFS_SERVED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/snapshot.h"
#include "tree/state_files.h"

/* Statuses whose files can still be read: a reader may be in the middle of one. */
#define SERVED_STATUS_COUNT 8

/* Snapshots that are open at most: the current one and those just before it. */
#define SERVED_SNAPSHOT_COUNT 4

struct served {
	pthread_mutex_t lock;				   /* for what is below, for an instant */
	struct snapshot *snapshots[SERVED_SNAPSHOT_COUNT]; /* newest first, then NULL */
	int64_t forget_at[SERVED_SNAPSHOT_COUNT];	   /* the older ones; milliseconds */
	struct status *statuses[SERVED_STATUS_COUNT];	   /* newest first, then NULL */
};

/* One request's view. The connection is the holder's alone. */
struct view {
	struct snapshot *snapshot;
	struct connection *connection;
	struct status *status; /* the current one, or the one that the inode number is of */
};

/* Takes over the caller's references. */
void served_init(struct served *served, struct snapshot *snapshot, struct status *status);

/* No view may be open. */
void served_release(struct served *served);

/*
 * A view, until view_close(), of the current snapshot (age 0) or of an older
 * one (up to SERVED_SNAPSHOT_COUNT - 1). inode: what the request is about; it
 * matters for a state file, and for a directory of a date. Any thread.
 * Returns 0; -ESTALE when there is no snapshot of that age, or when the current
 * one doesn't show that date any more; -ENOMEM; -EIO.
 */
int served_view(struct served *served, unsigned age, uint64_t inode, struct view *view);

void view_close(struct view *view);

#define _cleanup_view_ __attribute__((cleanup(view_close)))

/* Shows another snapshot; the current one becomes an older one, which is kept until forget_at (on
 * whatever clock served_forget() is told). Takes over the references. */
void served_replace(struct served *served, struct snapshot *snapshot, struct status *status,
		    int64_t forget_at);

/* Shows another status of the current snapshot. Takes over the reference. */
void served_replace_status(struct served *served, struct status *status);

/* Lets go of older snapshots whose time has come. */
void served_forget(struct served *served, int64_t now);

/* A reference to the current snapshot, to the current status. */
struct snapshot *served_current(struct served *served);
struct status *served_status(struct served *served);

#endif
