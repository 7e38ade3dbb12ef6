/*
 * The symlink `fresh`: there only while the list is complete and was checked
 * against its source lately enough.
 */
#ifndef ISMAPFS_FRESH_H
#define ISMAPFS_FRESH_H

#include "tree/node.h"
#include "tree/view.h"

#define FRESH_NAME "fresh"
#define FRESH_TARGET "services"

/*
 * The node, with the seconds for which it may be believed. Reads the state
 * file itself: this answer must not depend on whether the watcher is well.
 * Returns 0, or -ENOENT when the list may not be relied on, for whatever
 * reason.
 */
int fresh_node(const struct view *view, struct node *node);

#endif
