/*
 * The bytes of documents, which the store keeps in packed chunks (chunk.h).
 */
#ifndef ISMAPFS_DOCUMENT_H
#define ISMAPFS_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "store/query.h"

/* Of size bytes from offset on, how many a file of total bytes has. */
static inline size_t part_of(uint64_t total, uint64_t offset, size_t size)
{
	if (offset >= total)
		return 0;
	return total - offset < size ? (size_t)(total - offset) : size;
}

/*
 * Reads a document from offset on: at most size bytes, fewer at its end. The
 * caller frees *bytes, which has room for one byte more than *length.
 * Returns 0; -ESTALE when there is no such document; -EIO when its chunks don't
 * fit its size; -ENOMEM.
 */
int document_read(struct connection *connection, uint64_t row, uint64_t offset, size_t size,
		  char **bytes, size_t *length);

#endif
