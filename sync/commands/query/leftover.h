/* Temporary stores that a killed command left behind. */
#ifndef ISMAPFS_COMMANDS_LEFTOVER_H
#define ISMAPFS_COMMANDS_LEFTOVER_H

/* A temporary store's name ends in 16 digits of a random number. */
#define TEMPORARY_STORE "ismap-sync-"

/* Removes this user's temporary stores in a folder that nobody has written to for a day: no command
 * fetches for so long. What can't be removed stays, without a word. */
void remove_leftovers(const char *folder);

#endif
