/* The lists that come along with the program, in the interchange format. */
#ifndef ISMAPFS_BUNDLED_H
#define ISMAPFS_BUNDLED_H

#include <stddef.h>

/* A bundled list by its registry's name, NUL-terminated, for the life of the program; NULL when
 * there is none. */
const char *bundled_list(const char *registry, size_t *length);

#endif
