/*
 * The store's `digests` file: what each generation's file was when it was made. A file is never
 * written again, so one that differs was altered since, by a failing disk or by somebody.
 *
 * Text, one line for each file: `GENERATION SIZE SHA256`, the size in bytes, the checksum in lower
 * case hexadecimal. It is replaced as a whole, by rename, before `current` is switched. Both
 * programs read it.
 */
#ifndef ISMAPFS_DIGEST_H
#define ISMAPFS_DIGEST_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"

#define DIGESTS_FILE_NAME "digests"
#define DIGESTS_FILE_TEMPORARY "digests.new"
#define DIGESTS_FILE_SIZE_MAX 65536
#define DIGEST_TEXT_SIZE 65 /* of a checksum, with its NUL */

struct digest {
	int64_t generation;
	int64_t size;
	char sha256[DIGEST_TEXT_SIZE];
};

/* Parses a line. Returns 0 or -EBADMSG. */
static inline int digest_parse(const char *line, struct digest *digest)
{
	char end = '\0';

	if (sscanf(line, "%" SCNd64 " %" SCNd64 " %64[0-9a-f]%c", &digest->generation,
		   &digest->size, digest->sha256, &end) != 3 ||
	    digest->generation <= 0 || digest->size <= 0 || strlen(digest->sha256) != 64)
		return -EBADMSG;
	return 0;
}

/* Reads the file into text, with a NUL. Returns its length, 0 where there is no file; -EFBIG; or
 * another -errno. */
static inline int digests_read(int store_fd, char text[static DIGESTS_FILE_SIZE_MAX])
{
	_cleanup_close_ int fd =
		openat(store_fd, DIGESTS_FILE_NAME, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t length;

	text[0] = '\0';
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	length = read(fd, text, DIGESTS_FILE_SIZE_MAX);
	if (length < 0)
		return -errno;
	if (length == DIGESTS_FILE_SIZE_MAX)
		return -EFBIG;
	text[length] = '\0';
	return (int)length;
}

/* Finds a generation's line. Returns 0; -ENOENT when there is none, as where an older program made
 * the file; or another -errno. */
static inline int digests_find(int store_fd, int64_t generation, struct digest *digest)
{
	char text[DIGESTS_FILE_SIZE_MAX];
	char *position = NULL;
	int length = digests_read(store_fd, text);

	if (length < 0)
		return length;
	for (char *line = strtok_r(text, "\n", &position); line;
	     line = strtok_r(NULL, "\n", &position))
		if (digest_parse(line, digest) == 0 && digest->generation == generation)
			return 0;
	return -ENOENT;
}

#endif
