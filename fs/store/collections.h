/*
 * The collections of a generation file, and what each gathers: a child's kind
 * is part of its inode number, and need not be read from the child's own row,
 * which in a long list is a page of its own.
 */
#ifndef ISMAPFS_COLLECTIONS_H
#define ISMAPFS_COLLECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "inode.h"

/* As many as the vocabulary has. */
#define COLLECTIONS_MAX 16

/* Filled once, then only read: any thread may. */
struct collections {
	struct {
		uint32_t entity;
		enum kind children;
	} known[COLLECTIONS_MAX];
	size_t count;
};

/* Finds the collections that the vocabulary knows; *collections must be zero. Returns 0, or -EIO
 * when the file can't be read. */
int collections_load(sqlite3 *database, struct collections *collections);

/* The kind of every directory in a directory; 0: not all are of one, or it isn't known. */
enum kind collections_children(const struct collections *collections,
			       const struct directory *directory);

#endif
