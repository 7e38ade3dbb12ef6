/*
 * The bytes of files, and where symlinks lead.
 */
#ifndef ISMAPFS_CONTENT_H
#define ISMAPFS_CONTENT_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

struct view;

/*
 * Bytes of a file, by its inode number: those from offset on that exist, at
 * most size. *bytes is the caller's to free, *length may be 0 (behind the end).
 * Returns 0; -ESTALE when there is no such file; -EISDIR or -EINVAL when it is
 * something else; -EIO when a row isn't what its size says; -ENOMEM.
 */
int content_read(const struct view *view, uint64_t inode, uint64_t offset, size_t size,
		 char **bytes, size_t *length);

/* Where a symlink leads. Returns 0; -ESTALE; -EINVAL when it isn't one; -EIO. */
int content_link(const struct view *view, uint64_t inode, char path[static PATH_MAX]);
#endif
