/*
 * Standard output for text that may quote somebody else's: names of a list, what a
 * server answers, a store's state. Characters that move a terminal's cursor, reverse
 * its text or can't be seen become question marks, as in messages (common/log.h).
 */
#ifndef ISMAPFS_PRINT_H
#define ISMAPFS_PRINT_H

#include <stddef.h>

/* Prints one line; the format has no newline at its end, and one in a text becomes a question mark.
 */
__attribute__((format(printf, 1, 2))) void print_line(const char *format, ...);

/* Prints whole lines, in whose fields newlines and tabs are escaped (buffer.h). */
void print_text(const char *text, size_t length);

#endif
