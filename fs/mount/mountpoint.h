/*
 * The mount point: whether a tree may be mounted there, and what a crash left there.
 */
#ifndef ISMAPFS_MOUNTPOINT_H
#define ISMAPFS_MOUNTPOINT_H

#include <limits.h>
#include <stdbool.h>

/* The file system type in /proc/self/mountinfo: fuse and our subtype. */
#define MOUNTPOINT_SUBTYPE "ismapfs"
#define MOUNTPOINT_TYPE "fuse." MOUNTPOINT_SUBTYPE

/*
 * Checks that a tree may be mounted at given: it must be a directory, neither the
 * store nor above nor below it, without a live ismapfs. Unmounts what a crash left
 * there. path receives its real path, without symlinks; store_path must have none.
 * *lock_fd receives the mount point's lock, taken (mount_lock.h); the caller gives it
 * back once the tree is mounted, and closes it in any case.
 * Returns 0 or -errno, already reported.
 */
int mountpoint_prepare(const char *given, const char *store_path, char path[static PATH_MAX],
		       int *lock_fd);

/* Has the kernel follow no symlink of the tree that is mounted at the path. Asks the driver
 * nothing. Returns 0 or -errno, already reported. */
int mountpoint_follow_no_symlinks(const char *path);

/* Unmounts lazily, also while the tree is in use; by fusermount3 for users other than root. Returns
 * 0 or -errno. */
int mountpoint_unmount(const char *path);

/* Whether what is mounted at the path has lost its driver or its connection. Asks the driver, so a
 * live one must answer. */
bool mountpoint_is_dead(const char *path);

/*
 * Whether an ismapfs at the path answers within so many seconds. A child process asks,
 * since a request to a hanging driver can't be cancelled.
 * Returns 0; -ENOTCONN when the driver is dead; -ETIMEDOUT when it hangs; -ENODEV
 * when another file system is there; or another -errno.
 */
int mountpoint_probe(const char *path, unsigned seconds);

#endif
