/*
 * Deltas: objects (object.h) that make a generation file out of another one, their
 * base.
 *
 * A store's documents are packed, and the packed bytes of one day have nothing in
 * common with those of the day before. So a delta first holds the new chunks
 * unpacked, compressed against the base's chunks unpacked. The mirror packs them
 * again and makes the file of the base and these chunks. Packing gives the same
 * bytes only with the same libzstd: with another one the file's checksum doesn't
 * fit, and the mirror fetches the whole object.
 *
 *   "ISMAPDL1"
 *   u64 little-endian: length of the first frame
 *   zstd frame, its prefix the base's chunks unpacked, in the order of (document, seq):
 *     for each new chunk, u32 little-endian length, bytes unpacked
 *   zstd frame, its prefix the base and behind it these chunks packed: the file
 *
 * Lengths are hostile: nothing is allocated beyond the limits given. All return 0 or
 * -errno, silently. Any thread may call, each with its own data.
 */
#ifndef ISMAPFS_DELTA_H
#define ISMAPFS_DELTA_H

#include "util/span.h"

/* Appends a delta to *delta. -EBADMSG when base or file isn't a generation file. */
int delta_make(struct span base, struct span file, struct buffer *delta);

/* Applies a delta to its base; *file, empty before, receives the file of `size` bytes. Returns
 * object_unpack()'s errors. The caller compares the file's checksum. */
int delta_apply(struct span base, struct span delta, size_t size, struct buffer *file);

#endif
