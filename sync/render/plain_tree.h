/* The tree as plain files, directories and symlinks, with the mount's sizes and mtimes. */
#ifndef ISMAPFS_PLAIN_TREE_H
#define ISMAPFS_PLAIN_TREE_H

#include <stdbool.h>

#include "store/directory.h"

/*
 * Writes the current tree, without `fresh`, and of at/ what a mount lists, or with
 * with_at each day that has a publication of its own, to a directory that
 * doesn't exist, is empty, or is an earlier export of the same store. It appears
 * under its name whole or not at all. Returns 0 or -errno, already reported.
 */
int export_tree(const struct store_directory *store, const char *output, bool with_at);

#endif
