/*
 * The kernel's requests: each handler takes a view, asks the tree and replies
 * exactly once.
 */
#ifndef ISMAPFS_OPS_H
#define ISMAPFS_OPS_H

#include <fuse_lowlevel.h>

/* For fuse_session_new(), whose user data is the struct driver. Handlers run in any thread. */
extern const struct fuse_lowlevel_ops ops;

#endif
