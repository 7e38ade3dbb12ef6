/*
 * The kernel's side of a mount's connection to its driver, seen from outside.
 */
#ifndef ISMAPFS_FUSE_CONTROL_H
#define ISMAPFS_FUSE_CONTROL_H

/*
 * The number of the connection of what is mounted at path: no two that live have
 * the same. Asks the driver nothing. Returns a negative errno value where it can't
 * be told; -ENODEV: what is there has none.
 */
int fuse_control_number(const char *path);

/*
 * Opens the file by which a connection is ended: whatever is written to it has
 * every request that waits, and every later one, fail (the kernel's
 * Documentation/filesystems/fuse/fuse.rst, "Control filesystem"). The mount
 * stays, and says ENOTCONN. Returns the descriptor or a negative errno value:
 * who isn't root needs that file system mounted at /sys/fs/fuse/connections.
 */
int fuse_control_open_abort(int number);

#endif
