/* Whole files: written with their data on disk, copied cheaply, read within a limit; and trees. */
#ifndef ISMAPFS_FILE_H
#define ISMAPFS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buffer.h"

/* Whether there is anything of that name, also a link that leads nowhere. Otherwise errno says why.
 * Not faccessat(2), whose newer call the filters of older containers answer with EPERM. */
bool file_exists(int directory_fd, const char *name);

/* Writes and syncs a file below a directory, replacing what was there. Returns 0 or -errno,
 * silently. */
int file_write_whole(int directory_fd, const char *name, const void *bytes, size_t length);

/* The same where nothing is yet; unless sync, the caller brings it onto the disk. */
int file_write_new(int directory_fd, const char *name, bool sync, const void *bytes, size_t length);

/* As file_write_whole(), in one step: readers see the old file or the new one, which is `temporary`
 * until it is whole and is removed after an error. Returns 0 or -errno, silently. */
int file_replace(int directory_fd, const char *name, const char *temporary, const void *bytes,
		 size_t length);

/* Makes a name of a path that ends in XXXXXX: one that nothing has. Returns 0 or -errno, silently.
 */
int file_find_name(char *path);

/* Removes a file, or a folder with all that is in it on its file system. Returns 0 or -errno,
 * silently. */
int file_remove_tree(const char *path);

/* Writes everything to an open descriptor. Returns 0 or -errno, silently. */
int file_write_all(int fd, const void *bytes, size_t length);

/* Appends a file's bytes to *bytes. Returns 0; -EFBIG when there are more than limit; -ENXIO when
 * it is a pipe, a device or a directory; or another -errno, silently. */
int file_read_whole(int directory_fd, const char *name, size_t limit, struct buffer *bytes);

/* Copies a file below one directory to a new one (0644), sharing blocks where the file system can.
 */
int file_copy(int directory_fd, const char *from, const char *to);

#endif
