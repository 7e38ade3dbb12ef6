/*
 * A small process that unmounts for the driver.
 *
 * The driver gives up the right to unmount (sandbox.h). The guardian keeps only that
 * right (started by another user than root: to run fusermount3). It lives before there
 * is a mount, and unmounts when the driver ends before anybody was answered. From then
 * on it unmounts when it is told to, not when the driver crashes: then every access must
 * fail. An empty directory would look like an empty list.
 *
 * When the driver dies without having told it to, the guardian aborts the
 * connection. The kernel does that only when the last descriptor is closed, and that
 * may never happen: a thread that was killed while it pushed a page waits in the
 * kernel for the READ that has locked the page, which no thread will answer. Reader
 * and driver would hang for ever.
 */
#ifndef ISMAPFS_GUARDIAN_H
#define ISMAPFS_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "mount/options.h"

struct guardian_shared;

struct guardian {
	struct guardian_shared *shared; /* memory of both processes */
	int fd;				/* to the process; -1: none */
	pid_t process;
	bool ends_connection; /* it is able to abort the connection */
	int unmounted;	      /* the result of unmounting, 0 or -errno */
};

#define GUARDIAN_NONE \
	{ \
		.fd = -1 \
	}

/*
 * Starts the guardian of the tree that the caller then mounts at path, which has no symlinks. Call
 * it while there is one thread; that thread must call the other functions, and the guardian takes
 * that thread's end for the driver's. lock_fd is the mount point's lock (mount_lock.h), or -1,
 * which the caller holds; the guardian keeps a copy of the descriptor. Returns 0 or -errno, already
 * reported. The caller calls guardian_release() in either case.
 */
int guardian_start(struct guardian *guardian, const struct options *options, const char *path,
		   int lock_fd);

/* Tells the guardian that the tree is mounted; the lock is needed no longer. Returns 0 or -errno,
 * already reported; the caller unmounts then, as the guardian may have died. */
int guardian_mounted(struct guardian *guardian, const char *path);

/* Requests are answered from now on, so that a driver that crashes leaves its mount. */
void guardian_keep_mount(const struct guardian *guardian);

/* Whether the guardian has ended. Any thread, until guardian_release(). */
bool guardian_has_gone(const struct guardian *guardian);

/* Asks the guardian to unmount, lazily: open files don't delay it. A second call returns the first
 * one's result. Returns 0 or -errno. */
int guardian_unmount(struct guardian *guardian);

/* Asks the guardian to unmount the tree if its connection was aborted. Call it when the FUSE device
 * has ended. Returns 1 when it unmounted; 0 when the tree was unmounted already, also by the
 * functions here; or -errno. */
int guardian_clear(struct guardian *guardian);

/* Ends the guardian, if there is one, and waits for its end. A mount that was never answered goes.
 */
void guardian_release(struct guardian *guardian);

#endif
