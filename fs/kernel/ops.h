/*
 * Handlers of the kernel's requests. Each opens a view, asks the tree and replies
 * exactly once.
 */
#ifndef ISMAPFS_OPS_H
#define ISMAPFS_OPS_H

#include <fuse_lowlevel.h>

/* For fuse_session_new(), with a struct driver as user data. Any thread may run the handlers. */
extern const struct fuse_lowlevel_ops ops;

#endif
