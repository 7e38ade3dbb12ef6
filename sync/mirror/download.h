/* The files of a published directory (head.h) besides its head. */
#ifndef ISMAPFS_DOWNLOAD_H
#define ISMAPFS_DOWNLOAD_H

#include "fetch/network.h"
#include "mirror/head.h"

/* Where they are, and how to reach them. Borrowed. */
struct download {
	struct location head; /* they are beside it */
	struct network *network;
	struct reason *reason;
};

/*
 * A file by its name below the published directory, as it lies there, asked for
 * again while the server can't answer now. Returns 0 or fetch()'s error.
 */
int download_file(const struct download *download, const char *name, size_t size_max,
		  struct fetch_result *result);

/* An object, refused unless it has its size and its checksum. */
int download_object(const struct download *download, const struct head_file *object,
		    struct fetch_result *result);

#endif
