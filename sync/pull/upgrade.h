/*
 * A store of schema version 1 becomes one of this program's version. What comes out
 * follows from the old file alone: the same file gives the same one everywhere.
 * Words change, facts don't.
 */
#ifndef ISMAPFS_UPGRADE_H
#define ISMAPFS_UPGRADE_H

#include "store/directory.h"

/*
 * Upgrades a store that is open for writing, and says so on stdout; the old file
 * stays behind the new one. Returns 1; 0 when there was nothing to do: the store has
 * no list, its file is of another version or can't be read, which whoever opens it
 * next says; or -errno, already reported.
 */
int upgrade(struct store_directory *store);

#endif
