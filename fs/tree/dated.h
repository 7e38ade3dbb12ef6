/*
 * The directory at/: the list as it stood on a day, and at/confirmed.
 *
 * Their listings show only documents: otherwise a walk through the tree would walk
 * through each day's tree too. But these names can be looked up in at/:
 *   YYYY-MM-DD  each day from the first one to the last known one: a directory, the tree
 *               at that day's end
 *   YYYY-MM     a symlink to the newest day with a publication up to its end
 *   latest      a symlink to the newest day with a publication
 *   confirmed   a directory, in which a published or confirmed day is a symlink to that day
 * The kernel may remember such a name for a second only: tomorrow it may lead elsewhere.
 */
#ifndef ISMAPFS_DATED_H
#define ISMAPFS_DATED_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

/* The directory itself; the root in a store that has none. */
struct directory dated_directory(const struct snapshot *snapshot);

/* Whether a directory is at/ or at/confirmed. */
bool dated_is_at(const struct view *view, const struct directory *directory);

/*
 * What a name in at/ or at/confirmed leads to, other than documents. Returns 1 and
 * *found, a directory; 0 and *node, a symlink; -ENOENT or -EIO.
 */
int dated_lookup(const struct view *view, const struct directory *directory, const char *name,
		 struct directory *found, struct node *node);

/* The node of a symlink to a day. Returns 0, or -ESTALE when that day can't be shown. */
int dated_link_node(const struct view *view, uint64_t inode, struct node *node);

/* Where such a symlink leads. Returns 0, or -ESTALE when that day can't be shown. */
int dated_link_path(const struct view *view, uint64_t inode, char path[static PATH_MAX]);

#endif
