/*
 * A document's chunk: STORE_CHUNK_SIZE bytes, the last one fewer. zstd packs each
 * chunk on its own, so a reader of any part unpacks only the chunks it needs.
 * Programs that read chunks need libzstd. Reentrant.
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
 * Unpacks a chunk. The caller made the context with ZSTD_createDCtx(), for one
 * thread at a time; making one takes ten times as long as unpacking a short chunk.
 * Returns 0; -EIO when the chunk is damaged or too long; -ENOMEM.
 */
static inline int chunk_unpack_by(ZSTD_DCtx *context, const void *packed, size_t packed_length,
				  char bytes[static STORE_CHUNK_SIZE], size_t *length)
{
	size_t result = packed ? ZSTD_decompressDCtx(context, bytes, STORE_CHUNK_SIZE, packed,
						     packed_length)
			       : 0;

	if (ZSTD_isError(result))
		return ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation ? -ENOMEM : -EIO;
	if (result == 0)
		return -EIO;
	*length = result;
	return 0;
}

/* The same for a single chunk, with a context of its own. */
static inline int chunk_unpack(const void *packed, size_t packed_length,
			       char bytes[static STORE_CHUNK_SIZE], size_t *length)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();
	int r = context ? chunk_unpack_by(context, packed, packed_length, bytes, length) : -ENOMEM;

	(void)ZSTD_freeDCtx(context);
	return r;
}

#endif
