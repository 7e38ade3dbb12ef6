/*
 * Objects: what a published directory holds of generation files, packed by zstd.
 *
 * A whole object is one frame of the file.
 *
 * A delta makes a file out of another one, its base. A store's documents are
 * packed where they lie, and packed bytes share nothing with what they were a
 * day before. So a delta says first what the new chunks say unpacked, by way of
 * what the base's say; whoever applies it packs them again, which gives the same
 * bytes with the same libzstd, and the file follows from the base and these.
 * With another libzstd it may not: the file's checksum decides, and the whole
 * object is there for that.
 *
 *   "ISMAPDL1"
 *   u64 little-endian: length of the first frame
 *   zstd frame, its prefix the base's chunks unpacked, in the order of (document, seq):
 *     for each new chunk, u32 little-endian length, bytes unpacked
 *   zstd frame, its prefix the base and behind it these chunks packed: the file
 *
 * The same bytes in give the same bytes out, with the same libzstd. Lengths come
 * from strangers: nothing is allocated beyond the limits given. No function says
 * anything; all return 0 or −errno. Any thread, each with its own data.
 */
#ifndef ISMAPFS_OBJECT_H
#define ISMAPFS_OBJECT_H

#include <stddef.h>

#include "util/buffer.h"

/* Bytes of somebody else. */
struct span {
	const void *bytes;
	size_t length;
};

static inline struct span span_of(const struct buffer *buffer)
{
	return (struct span){.bytes = buffer->bytes, .length = buffer->length};
}

/* Greater generation files are neither published nor mirrored: they are worked on in memory. */
#define OBJECT_FILE_SIZE_MAX ((size_t)1 << 30)

/* Appends to *object. -EFBIG, -ENOMEM. */
int object_pack(struct span file, struct buffer *object);

/*
 * The file that an object holds, into *file, which is empty. -EFBIG when it holds
 * more than size bytes; -EBADMSG when it holds fewer, or is damaged.
 */
int object_unpack(struct span object, size_t size, struct buffer *file);

/* Appends a delta to *delta. base and file are generation files of ours. -EBADMSG when they
 * aren't. */
int object_make_delta(struct span base, struct span file, struct buffer *delta);

/* The file, of size bytes, that a delta makes of its base. Errors as of object_unpack(); what
 * comes out is only as right as its checksum. */
int object_apply_delta(struct span base, struct span delta, size_t size, struct buffer *file);

#endif
