/*
 * Which names are shown.
 */
#ifndef ISMAPFS_NAMES_H
#define ISMAPFS_NAMES_H

#include <stdbool.h>
#include <string.h>

#include "common/foreign_text.h"
#include "store.h"

/*
 * Whether the kernel accepts the name in a listing, and a terminal shows it as it is. One
 * bad name makes the kernel refuse the whole listing, and the store may be an attacker's.
 * Zero-width joiners are letters of some scripts.
 */
static inline bool name_is_shown(const char *name, size_t length)
{
	if (length == 0 || length > STORE_NAME_MAX || (name[0] == '.' && length == 1) ||
	    (name[0] == '.' && name[1] == '.' && length == 2))
		return false;
	for (size_t i = 0; i < length; i += (size_t)foreign_length((const unsigned char *)name + i))
		if (name[i] == '/' || foreign_moves_text((const unsigned char *)name + i))
			return false;
	return true;
}

#endif
