/*
 * One name's file, symlink or directory: what the tree says about it, in no
 * protocol's terms.
 */
#ifndef ISMAPFS_NODE_H
#define ISMAPFS_NODE_H

#include <stdint.h>
#include <sys/stat.h>

/* Longer than any mount lives: everything but `fresh` may be cached until its change is announced.
 * Seconds. The kernel takes more, but then computes with jiffies near their end. */
#define NODE_LIFETIME_FOREVER 1e9

struct node {
	uint64_t inode;
	mode_t mode;	 /* type and permissions */
	uint64_t size;	 /* exact, in bytes; 0 for directories */
	int64_t mtime;	 /* nanoseconds since 1970 UTC */
	double lifetime; /* seconds for which name and attributes hold without asking again */
};

#define NODE_FILE_MODE (S_IFREG | 0444)
#define NODE_LINK_MODE (S_IFLNK | 0777)
#define NODE_DIRECTORY_MODE (S_IFDIR | 0555)

#endif
