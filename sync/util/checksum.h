/* SHA-256, as hexadecimal text. */
#ifndef ISMAPFS_CHECKSUM_H
#define ISMAPFS_CHECKSUM_H

#include <stddef.h>

#define CHECKSUM_TEXT_SIZE 65

/* Any thread may call. */
void checksum(const void *bytes, size_t length, char text[static CHECKSUM_TEXT_SIZE]);

#endif
