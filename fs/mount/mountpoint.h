/*
 * Where the tree will be: whether it may, and what a crash left there.
 */
#ifndef ISMAPFS_MOUNTPOINT_H
#define ISMAPFS_MOUNTPOINT_H

#include <limits.h>

/* File system type as the kernel lists it: fuse and our subtype. */
#define MOUNTPOINT_SUBTYPE "ismapfs"
#define MOUNTPOINT_TYPE "fuse." MOUNTPOINT_SUBTYPE

/*
 * Makes sure that a tree may be mounted at given: a directory, neither over nor
 * under nor inside the store, and no live one of ours. One that a crash left
 * behind is unmounted. path receives where it is, without symlinks.
 * store_path: without symlinks. Says why it can't be.
 * Returns 0 or a negative errno value.
 */
int mountpoint_prepare(const char *given, const char *store_path, char path[static PATH_MAX]);

/* Unmounts what is there, also while it is in use, by fusermount3 for who isn't root. Returns 0 or
 * -errno. */
int mountpoint_unmount(const char *path);

/*
 * Whether something of ours answers at the path. Asks in a process of its own,
 * since a request to a dead driver can't be given up: at most so many seconds.
 * Returns 0; -ENOTCONN when its driver is dead; -ETIMEDOUT; -ENODEV when
 * something else is there.
 */
int mountpoint_probe(const char *path, unsigned seconds);

#endif
