/* SHA-256, as hexadecimal text. */
#ifndef ISMAPFS_CHECKSUM_H
#define ISMAPFS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_TEXT_SIZE 65

/* Any thread may call. */
void checksum(const void *bytes, size_t length, char text[static CHECKSUM_TEXT_SIZE]);

/* The same, of bytes that come piece by piece. checksum_end() frees the sum. */
struct checksum_sum;
struct checksum_sum *checksum_begin(void);
void checksum_add(struct checksum_sum *sum, const void *bytes, size_t length);
void checksum_end(struct checksum_sum *sum, char text[static CHECKSUM_TEXT_SIZE]);

/* The same, of a file, and its size. Returns 0 or -errno. */
int checksum_file(int directory_fd, const char *name, int64_t *size,
		  char text[static CHECKSUM_TEXT_SIZE]);

#endif
