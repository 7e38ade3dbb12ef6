/*
 * The directory at/: the list as it stood on a day.
 *
 * It lists its documents alone, so that nothing that walks the tree multiplies
 * it by the days, but answers to
 *   YYYY-MM-DD with a publication     a directory, the tree at that day's end
 *   any other day from the first one  a symlink to the newest day before it
 *     to today
 *   YYYY-MM                           a symlink to the newest day up to its end
 *   latest                            a symlink to the newest day
 * and to nothing else. What isn't a directory must not be cached: today moves,
 * and a publication may make a directory of it.
 */
#ifndef ISMAPFS_DATED_H
#define ISMAPFS_DATED_H

#include <limits.h>
#include <stdint.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

/* The directory itself; in a store that has none, the root. */
struct directory dated_directory(const struct snapshot *snapshot);

/*
 * What a name in at/ leads to, other than its documents. Returns 1 and
 * *directory, the root on that day; 0 and *node, a symlink; or -ENOENT, which
 * the kernel must not cache.
 */
int dated_lookup(const struct view *view, const char *name, struct directory *directory,
		 struct node *node);

/* A symlink to a day by its number. Returns 0, or -ESTALE when that day can't be shown. */
int dated_link_node(const struct view *view, uint64_t inode, struct node *node);

/* Where it leads. Returns 0, or -ESTALE as above. */
int dated_link_path(const struct view *view, uint64_t inode, char path[static PATH_MAX]);

#endif
