/*
 * FUSE's control file system: the connection of any mount, seen from outside.
 */
#ifndef ISMAPFS_FUSE_CONTROL_H
#define ISMAPFS_FUSE_CONTROL_H

/*
 * The number of the connection of the mount at path, unique while it exists. Doesn't
 * ask the driver. Returns the number; -ENODEV when the mount has none; or another
 * -errno.
 */
int fuse_control_number(const char *path);

/*
 * Opens the file that aborts a connection: writing to it makes every pending and every
 * later request fail with ENOTCONN; the mount stays (the kernel's
 * Documentation/filesystems/fuse/fuse.rst, "Control filesystem"). Users other than
 * root need fusectl mounted at /sys/fs/fuse/connections.
 * Returns a descriptor, which the caller closes, or -errno.
 */
int fuse_control_open_abort(int number);

#endif
