/*
 * libxlsxwriter without memory. Where an allocation of its own fails it goes on, and writes to
 * address 0 or frees what it never got; either would kill the program.
 */
#ifndef ISMAPFS_WORKBOOK_GUARD_H
#define ISMAPFS_WORKBOOK_GUARD_H

/* Calls the function, which calls that library. Ends the program with EXIT_STORE and a sentence
 * when the library does one of the two; any other fault kills the program, as without this. Returns
 * what the function does, or -errno. One thread. */
int guard_library(int (*function)(void *context), void *context);

#endif
