/*
 * The directory that an export writes: a new one, which takes the old one's place when
 * it is whole and on disk. So whoever reads sees the old tree or the new one.
 */
#ifndef ISMAPFS_RENDER_OUTPUT_H
#define ISMAPFS_RENDER_OUTPUT_H

#include <sqlite3.h>

#include "store/directory.h"

/* Whether what is made there isn't within the store. Returns 0 or -errno, already reported. */
int output_check_outside(const struct store_directory *store, const char *output);

/* Whether a directory may be made there, outside of the store, in the place of nothing, an empty
 * directory, or an export of this very store. Returns 0 or -errno, already reported. */
int output_check(const struct store_directory *store, sqlite3 *database, const char *output);

/* Writes a tree into an empty directory that is open. Returns 0 or -errno. */
typedef int output_writer(const void *context, int fd);

/* Makes the directory and fills it. What fails leaves what was there. Returns 0 or -errno, already
 * reported. */
int output_replace(const char *output, output_writer *write, const void *context);

#endif
