/*
 * The symlink `current`, which says which generation counts.
 */
#ifndef ISMAPFS_CURRENT_H
#define ISMAPFS_CURRENT_H

#include "store/directory.h"

/* Fills store->current, with "" for a store without a list, and store->chain. Where the symlink is
 * missing or leads nowhere, the newest generation that is whole counts, which is said. Returns 0 or
 * -errno, already reported. */
int current_read(struct store_directory *store);

/* Fills store->chain with that generation's; "" for a file that is damaged or of an older version.
 */
void current_read_chain(struct store_directory *store);

/* Lets the symlink lead to store->current, if it doesn't. Returns 0 or -errno, already reported. */
int current_mend(struct store_directory *store);

/* Lets the symlink lead to a generation's file, in one step. Returns 0 or -errno, silently. */
int current_switch(struct store_directory *store, const char *path);

#endif
