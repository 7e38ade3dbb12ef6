/*
 * The symlink `fresh`. It exists only while the list may be relied on (verdict.h). Scripts go
 * through it, so that they fail when the list is too old.
 *
 * It leads to the newest list's directories in at/, whose content never changes: nobody who
 * holds up the announcing of changes can make it show an older list.
 */
#ifndef ISMAPFS_FRESH_H
#define ISMAPFS_FRESH_H

#include <limits.h>

#include "tree/node.h"
#include "tree/view.h"

#define FRESH_NAME "fresh"

/*
 * The node, with the seconds for which the kernel may cache it. Reads the state file
 * itself, so that the answer is right even if the refresh thread hangs.
 * Returns 0, or -ENOENT when the list must not be relied on, for any reason.
 */
int fresh_node(const struct view *view, struct node *node);

/* Where it leads, by its inode number. Returns 0. */
int fresh_path(uint64_t inode, char path[static PATH_MAX]);

#endif
