#include "kernel/attributes.h"

#include <string.h>

#include "inode.h"

#define NANOSECONDS_PER_SECOND 1000000000
#define BLOCK_SIZE 4096

void attributes_of_node(const struct driver *driver, const struct node *node,
			struct stat *attributes)
{
	struct timespec time = {
		.tv_sec = node->mtime / NANOSECONDS_PER_SECOND,
		.tv_nsec = node->mtime % NANOSECONDS_PER_SECOND,
	};

	if (time.tv_nsec < 0) {
		time.tv_sec--;
		time.tv_nsec += NANOSECONDS_PER_SECOND;
	}
	memset(attributes, 0, sizeof(*attributes));
	attributes->st_ino = inode_shown(node->inode);
	attributes->st_mode = node->mode;
	attributes->st_nlink = 1;
	attributes->st_uid = driver->owner;
	attributes->st_gid = driver->group;
	attributes->st_size = (off_t)node->size;
	attributes->st_blocks = (blkcnt_t)((node->size + 511) / 512);
	attributes->st_blksize = BLOCK_SIZE;
	attributes->st_atim = time;
	attributes->st_mtim = time;
	attributes->st_ctim = time;
}

void entry_of_node(const struct driver *driver, const struct node *node,
		   struct fuse_entry_param *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->ino = node->inode;
	entry->attr_timeout = node->lifetime;
	entry->entry_timeout = node->lifetime;
	attributes_of_node(driver, node, &entry->attr);
}
