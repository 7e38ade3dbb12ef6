/*
 * The directory .registry of a day in at/, and its files: how well it is known what the list
 * was on that day.
 *
 *   day.basis  published, confirmed or unconfirmed
 *   day.from   only of a published day: from when on its list held
 *   day.until  only of the last known day: until when it is known
 *
 * What a file says is in its inode number, so nothing is remembered of it.
 */
#ifndef ISMAPFS_DAY_FILES_H
#define ISMAPFS_DAY_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inode.h"
#include "tree/node.h"
#include "tree/view.h"

#define DAY_REGISTRY_NAME ".registry"

/* The longest content, with its NUL. */
#define DAY_FILE_SIZE 96

/* Whether a directory is the .registry of a day. */
static inline bool day_registry_is(const struct directory *directory)
{
	return directory->generation != 0 && directory->kind == KIND_REGISTRY;
}

/* The .registry of the day whose root is given. */
struct directory day_registry(const struct view *view, const struct directory *root);

/* Its node. Returns 0, -ESTALE or -EIO. */
int day_registry_node(const struct view *view, const struct directory *registry, struct node *node);

/* A file's name; NULL: there is no such file (they are DAY_NODE_BASIS to DAY_NODE_UNTIL). */
const char *day_file_name(enum day_node file);

/* The node of a file in a day's .registry. Returns 0; -ENOENT when there is none; -EIO. */
int day_file_find(const struct view *view, const struct directory *registry, enum day_node file,
		  struct node *node);

/* The node of a file's inode number. Returns 0 or -ESTALE. */
int day_file_node(const struct view *view, uint64_t inode, struct node *node);

/* What a file says, with a NUL. Returns its length, -ESTALE or -EIO. */
int day_file_text(const struct view *view, uint64_t inode, char text[static DAY_FILE_SIZE]);

#endif
