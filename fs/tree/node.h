/*
 * A file, symlink or directory as the tree describes it, independent of FUSE.
 */
#ifndef ISMAPFS_NODE_H
#define ISMAPFS_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Seconds, longer than any mount lives: the kernel may cache it until a change is announced. A
 * greater number would overflow the kernel's jiffies. */
#define NODE_LIFETIME_FOREVER 1e9

/* Seconds: what isn't announced, so that nobody can hold up its change (announce.h). Below the
 * second that is promised, as the kernel counts from when it gets the answer, and in jiffies. */
#define NODE_LIFETIME_SHORT 0.9

struct node {
	uint64_t inode;
	mode_t mode;	 /* type and permissions */
	uint64_t size;	 /* exact, in bytes; 0 for directories */
	int64_t mtime;	 /* nanoseconds since 1970 UTC: the registry's */
	int64_t ctime;	 /* the same, of this machine: when this came here */
	double lifetime; /* seconds for which name and attributes may be cached */
	/* The name may be remembered for NODE_LIFETIME_SHORT only. */
	bool name_passes;
};

/* Seconds for which the node's name, or that it doesn't exist, may be remembered. */
static inline double node_name_lifetime(const struct node *node)
{
	if (node->name_passes && node->lifetime > NODE_LIFETIME_SHORT)
		return NODE_LIFETIME_SHORT;
	return node->lifetime;
}

#define NODE_FILE_MODE (S_IFREG | 0444)
#define NODE_LINK_MODE (S_IFLNK | 0777)
#define NODE_DIRECTORY_MODE (S_IFDIR | 0555)

#endif
