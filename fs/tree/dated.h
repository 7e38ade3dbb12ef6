/*
 * The directory at/: the list as it stood on a day.
 *
 * Its listing shows only documents: otherwise a walk through the tree would walk
 * through each day's tree too. But these names can be looked up:
 *   YYYY-MM-DD with a publication     a directory, the tree at that day's end
 *   any other day from the first one  a symlink to the newest day before it
 *     to today
 *   YYYY-MM                           a symlink to the newest day up to its end
 *   latest                            a symlink to the newest day
 * The kernel must not cache the symlinks: tomorrow they may lead elsewhere or be
 * directories.
 */
#ifndef ISMAPFS_DATED_H
#define ISMAPFS_DATED_H

#include <limits.h>
#include <stdint.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

/* The directory itself; the root in a store that has none. */
struct directory dated_directory(const struct snapshot *snapshot);

/*
 * What a name in at/ leads to, other than its documents. Returns 1 and
 * *directory, the root on that day; 0 and *node, a symlink; or -ENOENT, which
 * the kernel must not cache.
 */
int dated_lookup(const struct view *view, const char *name, struct directory *directory,
		 struct node *node);

/* The node of a symlink to a day. Returns 0, or -ESTALE when that day can't be shown. */
int dated_link_node(const struct view *view, uint64_t inode, struct node *node);

/* Where such a symlink leads. Returns 0, or -ESTALE when that day can't be shown. */
int dated_link_path(const struct view *view, uint64_t inode, char path[static PATH_MAX]);

#endif
