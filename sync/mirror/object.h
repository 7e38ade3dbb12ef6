/*
 * Objects: generation files in a published directory, packed by zstd. A whole
 * object is one frame of the file (frame.h); delta.h has the other kind.
 *
 * All return 0 or -errno, silently. Any thread may call, each with its own data.
 */
#ifndef ISMAPFS_OBJECT_H
#define ISMAPFS_OBJECT_H

#include "util/span.h"

/* Larger generation files are neither published nor mirrored: they are worked on in memory. */
#define OBJECT_FILE_SIZE_MAX ((size_t)1 << 30)

/* Appends the object to *object. -EFBIG when the file is too large. */
int object_pack(struct span file, struct buffer *object);

/*
 * The file that an object holds, into *file, which is empty. -EFBIG when it holds
 * more than size bytes; -EBADMSG when it holds fewer, or is damaged.
 */
int object_unpack(struct span object, size_t size, struct buffer *file);

#endif
