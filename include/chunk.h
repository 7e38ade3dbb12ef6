/*
 * A document's chunk: STORE_CHUNK_SIZE bytes, the last one of a document fewer,
 * each packed by zstd on its own, so that any part of a document is reached by
 * unpacking one chunk. Programs that read them need libzstd. Reentrant.
 */
#ifndef ISMAPFS_CHUNK_H
#define ISMAPFS_CHUNK_H

#include <errno.h>
#include <stddef.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "store.h"

/* Room for a packed chunk, whatever is in it. */
#define CHUNK_PACKED_SIZE ZSTD_COMPRESSBOUND(STORE_CHUNK_SIZE)

/*
 * Unpacks a chunk into bytes, which holds STORE_CHUNK_SIZE. Returns 0; -EIO when
 * it is damaged or holds more than that; -ENOMEM.
 */
static inline int chunk_unpack(const void *packed, size_t packed_length,
			       char bytes[static STORE_CHUNK_SIZE], size_t *length)
{
	size_t result =
		packed ? ZSTD_decompress(bytes, STORE_CHUNK_SIZE, packed, packed_length) : 0;

	if (ZSTD_isError(result))
		return ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation ? -ENOMEM : -EIO;
	if (result == 0)
		return -EIO;
	*length = result;
	return 0;
}

#endif
