/* One file, link or directory of a tree that is written as plain files. A name or a link of the
 * store that leads out of the tree is refused: the store may be somebody else's. All return 0 or
 * -errno. */
#ifndef ISMAPFS_PLAIN_ENTRY_H
#define ISMAPFS_PLAIN_ENTRY_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Times of access and change, both of mtime, in nanoseconds, as futimens() takes them. */
void plain_times(struct timespec times[static 2], int64_t mtime);
int plain_set_mtime(int directory_fd, const char *name, int64_t mtime);

/* The caller closes *fd, and reports what goes wrong (but a name that is refused). */
int plain_file_make(int directory_fd, const char *name, int *fd);

/* The others report it themselves. A link climbs `depth` directories at most, those to the root of
 * its tree. */
int plain_file_write(int directory_fd, const char *name, const void *bytes, size_t length,
		     int64_t mtime);
int plain_link_make(int directory_fd, int depth, const char *name, const char *path, int64_t mtime);

/* Makes a subdirectory and opens it; the caller closes *fd. */
int plain_directory_make(int directory_fd, const char *name, int *fd);

#endif
