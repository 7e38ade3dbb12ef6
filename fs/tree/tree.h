/*
 * The tree: which node a name leads to, and what a node is. Knows nothing of
 * how the kernel asks.
 *
 * Everything here works on a view that the caller holds, and on numbers that
 * may come from anywhere (file handles are kept for years): what isn't known is
 * -ESTALE. Any thread, each with a view of its own.
 */
#ifndef ISMAPFS_TREE_H
#define ISMAPFS_TREE_H

#include <stdbool.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

/*
 * The node under a name in a directory; "." and ".." too.
 * Returns 0, -ENOENT (node->lifetime says for how long that may be believed),
 * -ENAMETOOLONG, -ESTALE (of "." and ".."), -EIO.
 */
int tree_lookup(const struct view *view, const struct directory *directory, const char *name,
		struct node *node);

/* What an inode number stands for. Returns 0, -ESTALE or -EIO. */
int tree_node(const struct view *view, uint64_t inode, struct node *node);

/* The directory above; the root's is the root. Returns 0, -ESTALE or -EIO. */
int tree_parent(const struct view *view, const struct directory *directory,
		struct directory *parent);

/* Whether the store's document of that name is shown as a state file instead. */
bool tree_document_hidden(const struct directory *directory, const char *name);

/* Whether a directory shows a state file. */
bool tree_shows_state(const struct view *view, const struct directory *directory,
		      enum state_file file);

/* The node of the row that a query yields (enum query_column): a value, link or document; a
 * directory. */
void tree_file_node(const struct view *view, enum inode_class class, sqlite3_stmt *statement,
		    struct node *node);
void tree_directory_node(const struct view *view, const struct directory *directory,
			 sqlite3_stmt *statement, struct node *node);

/* Tells a query for a directory's children of which kind they are, where that is known. */
void tree_bind_children(const struct view *view, const struct directory *directory,
			sqlite3_stmt *statement);

#endif
