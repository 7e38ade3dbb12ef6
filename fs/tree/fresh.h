/*
 * The symlink `fresh`. It exists only while the list is complete and its last
 * successful check is recent enough. Scripts go through it, so that they fail when
 * the list is too old.
 */
#ifndef ISMAPFS_FRESH_H
#define ISMAPFS_FRESH_H

#include "tree/node.h"
#include "tree/view.h"

#define FRESH_NAME "fresh"
#define FRESH_TARGET "services"

/*
 * The node, with the seconds for which the kernel may cache it. Reads the state file
 * itself, so that the answer is right even if the refresh thread hangs.
 * Returns 0, or -ENOENT when the list must not be relied on, for any reason.
 */
int fresh_node(const struct view *view, struct node *node);

#endif
