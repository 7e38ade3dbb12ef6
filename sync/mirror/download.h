/* The files of a published directory (head.h) besides its head. */
#ifndef ISMAPFS_DOWNLOAD_H
#define ISMAPFS_DOWNLOAD_H

#include "fetch/answer.h"
#include "fetch/interrupt.h"
#include "mirror/head.h"

/* Where they are, and how to reach them. Borrowed. */
struct download {
	const char *head_location;
	const char *ca_file; /* as in answer.h */
	int retries;	     /* as in retry.h */
	int64_t retry_delay; /* ms */
	bool quiet, verbose;
	struct interrupt *interrupt;
	void *share; /* as in answer.h, or NULL */
	struct reason *reason;
	size_t transferred; /* bytes, so far */
};

/* A CURLSH that keeps a connection from one request to the next; NULL where that can't be. */
void *download_share_begin(void);
void download_share_end(void *share);

/*
 * A file by its name below the published directory, as it lies there, asked for
 * again while the server can't answer now. Returns 0 or fetch()'s error.
 */
int download_file(struct download *download, const char *name, size_t size_max,
		  struct fetch_result *result);

/* An object, refused unless it has its size and its checksum. */
int download_object(struct download *download, const struct head_file *object,
		    struct fetch_result *result);

#endif
