#include "kernel/attributes.h"

#include <string.h>

#include "common/timestamp.h"
#include "inode.h"

#define BLOCK_SIZE 4096

static struct timespec time_of(int64_t nanoseconds)
{
	struct timespec time = {
		.tv_sec = nanoseconds / NANOSECONDS_PER_SECOND,
		.tv_nsec = nanoseconds % NANOSECONDS_PER_SECOND,
	};

	if (time.tv_nsec < 0) {
		time.tv_sec--;
		time.tv_nsec += NANOSECONDS_PER_SECOND;
	}
	return time;
}

void attributes_of_node(const struct driver *driver, const struct node *node,
			struct stat *attributes)
{
	memset(attributes, 0, sizeof(*attributes));
	attributes->st_ino = inode_shown(node->inode);
	attributes->st_mode = node->mode;
	attributes->st_nlink = 1;
	attributes->st_uid = driver->owner;
	attributes->st_gid = driver->group;
	attributes->st_size = (off_t)node->size;
	attributes->st_blocks = (blkcnt_t)((node->size + 511) / 512);
	attributes->st_blksize = BLOCK_SIZE;
	attributes->st_mtim = time_of(node->mtime);
	attributes->st_atim = attributes->st_mtim;
	attributes->st_ctim = time_of(node->ctime);
}

void entry_of_node(const struct driver *driver, const struct node *node,
		   struct fuse_entry_param *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->ino = node->inode;
	entry->attr_timeout = node->lifetime;
	entry->entry_timeout = node_name_lifetime(node);
	attributes_of_node(driver, node, &entry->attr);
}
