/*
 * The kernel's side of a mount's connection to its driver, seen from outside.
 */
#ifndef ISMAPFS_CONNECTION_H
#define ISMAPFS_CONNECTION_H

/*
 * Opens the file by which the connection of the mount at path is ended: whatever
 * is written to it has every request that waits, and every later one, fail (the
 * kernel's Documentation/filesystems/fuse/fuse.rst, "Control filesystem"). The
 * mount stays, and says ENOTCONN. Asks the driver nothing. Returns the descriptor
 * or a negative errno value: who isn't root needs that file system mounted at
 * /sys/fs/fuse/connections.
 */
int connection_open_abort(const char *path);

#endif
