/* Writing the store's `digests` (digest.h); store/check.h compares a file with it. */
#ifndef ISMAPFS_STORE_DIGESTS_H
#define ISMAPFS_STORE_DIGESTS_H

#include <stdint.h>

/*
 * Notes what the finished file `name`, relative to the store, is, which becomes that generation,
 * and drops the lines of files that are gone. On the disk when it returns. Returns 0 or -errno.
 */
int digests_note(int store_fd, int64_t generation, const char *name);

#endif
