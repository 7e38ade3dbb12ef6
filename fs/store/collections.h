/*
 * The collections of a generation file, and the kind of entity that each holds. A
 * child's kind is part of its inode number. Known from its collection, it need not
 * be read from the child's own row, which in a long list costs a page.
 */
#ifndef ISMAPFS_COLLECTIONS_H
#define ISMAPFS_COLLECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "inode.h"

/* At least as many as the vocabulary has. */
#define COLLECTIONS_MAX 16

/* Filled once, then only read, by any thread. */
struct collections {
	struct {
		uint32_t entity;
		enum kind children;
	} known[COLLECTIONS_MAX];
	size_t count;
};

/* Finds the vocabulary's collections. *collections must be zero. Returns 0, or -EIO when the file
 * can't be read. */
int collections_load(sqlite3 *database, struct collections *collections);

/* The kind that all directories in a directory have; 0 when they may differ. */
enum kind collections_children(const struct collections *collections,
			       const struct directory *directory);

#endif
