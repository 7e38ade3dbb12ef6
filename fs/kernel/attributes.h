/*
 * Nodes in the kernel's terms.
 */
#ifndef ISMAPFS_ATTRIBUTES_H
#define ISMAPFS_ATTRIBUTES_H

#include <fuse_lowlevel.h>

#include "kernel/driver.h"
#include "tree/node.h"

/* A node's attributes, owned by the mount's owner. Any thread. */
void attributes_of_node(const struct driver *driver, const struct node *node,
			struct stat *attributes);

/* The same as the answer to a lookup. Any thread. */
void entry_of_node(const struct driver *driver, const struct node *node,
		   struct fuse_entry_param *entry);

#endif
