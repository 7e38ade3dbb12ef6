/*
 * The tree: which node a name leads to, and what a node is. Knows nothing of FUSE.
 *
 * Every function works on a view that the caller holds; any thread may call, each
 * with its own view. Inode numbers may be wrong (NFS clients keep them for years):
 * an unknown one is -ESTALE.
 */
#ifndef ISMAPFS_TREE_H
#define ISMAPFS_TREE_H

#include <stdbool.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

/*
 * Looks a name up in a directory; "." and ".." too.
 * Returns 0; -ENOENT, which may be cached for node->lifetime seconds;
 * -ENAMETOOLONG; -ESTALE (only for "." and ".."); -EIO.
 */
int tree_lookup(const struct view *view, const struct directory *directory, const char *name,
		struct node *node);

/* The node of an inode number. Returns 0, -ESTALE or -EIO. */
int tree_node(const struct view *view, uint64_t inode, struct node *node);

/* The parent directory; the root is its own. Returns 0, -ESTALE or -EIO. */
int tree_parent(const struct view *view, const struct directory *directory,
		struct directory *parent);

/*
 * Whether what is in a directory changes without being announced: the root, .registry and at/ of
 * now, and the .registry of a day. The kernel may remember its names and its attributes for
 * NODE_LIFETIME_SHORT at most. When a name comes or goes, its mtime changes.
 */
bool tree_is_unannounced(const struct snapshot *snapshot, const struct directory *directory);

/* Whether the store's document of that name is not shown: README and at/days are state files. */
bool tree_document_hidden(const struct view *view, const struct directory *directory,
			  const char *name);

/* Whether a directory shows a state file. */
bool tree_shows_state(const struct view *view, const struct directory *directory,
		      enum state_file file);

/* The node of the row that a query yields (enum query_column): a value, link or document; a
 * directory. */
void tree_file_node(const struct view *view, enum inode_class class, sqlite3_stmt *statement,
		    struct node *node);
void tree_directory_node(const struct view *view, const struct directory *directory,
			 sqlite3_stmt *statement, struct node *node);

/* Whether the directory shows the symlink of such a row. */
bool tree_link_is_shown(const struct directory *directory, sqlite3_stmt *statement);

#endif
