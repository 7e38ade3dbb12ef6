/*
 * The newest whole generation file of a store whose symlink `current` leads to none, as in a copy
 * that isn't finished.
 */
#ifndef ISMAPFS_NEWEST_H
#define ISMAPFS_NEWEST_H

#include "store/snapshot.h"

/* Opens it. Damaged ones are reported and passed over. *snapshot has one reference, the caller's.
 * Returns 0; -ENOENT when there is no file; -EBADMSG when none is whole; or another -errno. */
int newest_open(int store_fd, struct snapshot **snapshot);

#endif
