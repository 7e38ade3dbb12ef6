/* Foreign bytes: limiting their number, removing their compression. Any thread may call, each with
 * its own data. */
#ifndef ISMAPFS_DECODE_H
#define ISMAPFS_DECODE_H

#include <stddef.h>

#include "util/buffer.h"
#include "util/reason.h"

/*
 * Appends foreign bytes to a buffer that never holds more than limit. Memory grows
 * with what arrived, never with what was announced. Returns 0; or -EFBIG when it
 * would hold more than limit bytes, and then appends nothing.
 */
int append_within(struct buffer *buffer, const void *bytes, size_t length, size_t limit);

/*
 * Removes one layer of gzip, xz or zstd, which is recognized by its first
 * bytes and not by a name. Bytes in none of these formats stay as they are.
 * Compressed data that ends early, whose checksum is wrong (zstd may have none),
 * or that is followed by something else is an error: half a list must not pass for
 * a list.
 * limit bounds the decoded bytes; name is what messages call the data.
 * Returns 1 when a layer was removed, 0 when there was none; -EFBIG when
 * there is more than limit; -EBADMSG when it is damaged; -EOPNOTSUPP when the
 * library can't. On error the buffer is as it was, and reason has the sentence.
 */
int decode(struct buffer *buffer, size_t limit, const char *name, struct reason *reason);

#endif
