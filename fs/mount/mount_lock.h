/*
 * Looking at a mount point and then mounting there, or unmounting, are two steps for
 * the kernel. This lock keeps two drivers from doing them at once. It is on the folder
 * above, as what is mounted hides the mount point itself. Any user who can read that
 * folder can hold it; so it is waited for a few seconds, and then done without.
 */
#ifndef ISMAPFS_MOUNT_LOCK_H
#define ISMAPFS_MOUNT_LOCK_H

/* Opens the lock of a mount point, a path without symlinks where nothing of ours is mounted yet.
 * Returns a descriptor; -1 when it can't be opened, and then the others do nothing. */
int mount_lock_open(const char *path);

void mount_lock_take(int fd);

/* Gives it back, also for processes that have inherited the descriptor; they can take it again. */
void mount_lock_give(int fd);

#endif
