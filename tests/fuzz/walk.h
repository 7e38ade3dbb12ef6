/* What a driver promises of a generation file that was let in. */
#ifndef ISMAPFS_TESTS_FUZZ_WALK_H
#define ISMAPFS_TESTS_FUZZ_WALK_H

/*
 * Opens a store's generation file as the driver does and walks through all that
 * it shows, now and at every day: each name is one, and leads to what the listing
 * says; each file is as long as it says; each symlink stays in the tree.
 */
void walk_check(int store_fd, const char *path);

#endif
