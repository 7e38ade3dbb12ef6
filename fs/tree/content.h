/*
 * What files contain and where symlinks lead.
 */
#ifndef ISMAPFS_CONTENT_H
#define ISMAPFS_CONTENT_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

struct view;

/*
 * Reads a file from offset on: at most size bytes, fewer at its end, 0 behind it.
 * The caller frees *bytes.
 * Returns 0; -ESTALE when there is no such file; -EISDIR or -EINVAL when it isn't
 * a file; -EIO when a row contradicts its size; -ENOMEM.
 */
int content_read(const struct view *view, uint64_t inode, uint64_t offset, size_t size,
		 char **bytes, size_t *length);

/* Reads a symlink. Returns 0; -ESTALE when there is none such; -EINVAL when it isn't a symlink;
 * -EIO.
 */
int content_link(const struct view *view, uint64_t inode, char path[static PATH_MAX]);
#endif
