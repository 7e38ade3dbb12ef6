/*
 * Handlers of the two requests that list a directory.
 */
#ifndef ISMAPFS_READDIR_H
#define ISMAPFS_READDIR_H

#include <fuse_lowlevel.h>

/* For struct fuse_lowlevel_ops: names only, and names with attributes. */
void op_readdir(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		struct fuse_file_info *file);
void op_readdirplus(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		    struct fuse_file_info *file);

#endif
