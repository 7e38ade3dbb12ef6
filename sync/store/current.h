/*
 * The symlink `current`, which says which generation counts.
 */
#ifndef ISMAPFS_CURRENT_H
#define ISMAPFS_CURRENT_H

#include "store.h"

/* Reads where it leads to, relative to the store; "" for a store without a list. Where it is
 * missing or leads nowhere, the newest generation that is whole counts, which is said. Returns 0 or
 * -errno, already reported. */
int current_read(int store_fd, const char *store_path,
		 char current[static STORE_GENERATION_PATH_SIZE]);

/* Lets it lead to what counts, unless it does or nothing does (""). Returns 0 or -errno, already
 * reported. */
int current_mend(int store_fd, const char *store_path, const char *current);

/* Lets it lead to a generation's file, in one step. Returns 0 or -errno, silently. */
int current_switch(int store_fd, const char *path);

#endif
