/*
 * A file that keeps a second writer out. Taking a lock needs no right to write, only
 * an open file: so users who may not write the lock's file may not read it either.
 */
#ifndef ISMAPFS_LOCK_H
#define ISMAPFS_LOCK_H

/*
 * Takes the lock `name` below a directory, without waiting; its file is made when it
 * is missing. A file that others than its writers can open is replaced by one of the
 * owner alone; `temporary` is its name until then. Closing the descriptor gives the
 * lock back; the holder may remove the file before.
 * Returns the descriptor; -EWOULDBLOCK when it is held by another process; or
 * another -errno, silently.
 */
int lock_take(int directory_fd, const char *name, const char *temporary);

#endif
