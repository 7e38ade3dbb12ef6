/*
 * Which names a listing may show.
 */
#ifndef ISMAPFS_NAMES_H
#define ISMAPFS_NAMES_H

#include <stdbool.h>
#include <string.h>

#include "store.h"

/*
 * Whether the kernel accepts the name in a listing. One bad name makes it refuse the
 * whole listing, and the store may be an attacker's.
 */
static inline bool name_is_listable(const char *name)
{
	size_t length = strnlen(name, STORE_NAME_MAX + 1);

	if (length == 0 || length > STORE_NAME_MAX || strchr(name, '/'))
		return false;
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

#endif
