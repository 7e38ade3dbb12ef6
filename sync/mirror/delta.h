/*
 * Deltas: objects (object.h) that make a generation file out of another one, their
 * base.
 *
 * A store's documents are packed where they lie, and packed bytes share nothing
 * with what they were a day before. So a delta first holds the new chunks
 * unpacked, compressed against the base's chunks unpacked. The mirror packs them
 * again, which gives the same bytes with the same libzstd, and the file is made of
 * the base and these chunks. This only works between two
 * machines with equal libzstd. With another one the file's checksum doesn't fit,
 * and the whole object is there for that.
 *
 *   "ISMAPDL1"
 *   u64 little-endian: length of the first frame
 *   zstd frame, its prefix the base's chunks unpacked, in the order of (document, seq):
 *     for each new chunk, u32 little-endian length, bytes unpacked
 *   zstd frame, its prefix the base and behind it these chunks packed: the file
 *
 * Lengths come from strangers: nothing is allocated beyond the limits given. All
 * return 0 or −errno, silently. Any thread may call, each with its own data.
 */
#ifndef ISMAPFS_DELTA_H
#define ISMAPFS_DELTA_H

#include "util/span.h"

/* Appends a delta to *delta. -EBADMSG when base or file isn't a generation file. */
int delta_make(struct span base, struct span file, struct buffer *delta);

/* The file, of size bytes, that a delta makes of its base, into *file, which is empty. Errors as of
 * object_unpack(). The caller compares the file's checksum. */
int delta_apply(struct span base, struct span delta, size_t size, struct buffer *file);

#endif
