/*
 * Nodes as the kernel's structs.
 */
#ifndef ISMAPFS_ATTRIBUTES_H
#define ISMAPFS_ATTRIBUTES_H

#include <fuse_lowlevel.h>

#include "kernel/driver.h"
#include "tree/node.h"

/* A node's attributes. The driver's user owns every node. Any thread. */
void attributes_of_node(const struct driver *driver, const struct node *node,
			struct stat *attributes);

/* The answer to a lookup that found the node. Any thread. */
void entry_of_node(const struct driver *driver, const struct node *node,
		   struct fuse_entry_param *entry);

#endif
