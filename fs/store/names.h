/*
 * Which names may be shown.
 */
#ifndef ISMAPFS_NAMES_H
#define ISMAPFS_NAMES_H

#include <stdbool.h>
#include <string.h>

#include "store.h"

/*
 * Whether the kernel will take the name from a listing. One that it won't makes
 * it refuse the whole listing, so a store that somebody else made must not be
 * able to smuggle one in.
 */
static inline bool name_is_listable(const char *name)
{
	size_t length = strnlen(name, STORE_NAME_MAX + 1);

	if (length == 0 || length > STORE_NAME_MAX || strchr(name, '/'))
		return false;
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

#endif
