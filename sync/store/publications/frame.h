/*
 * One zstd frame, with or without a prefix that both sides know. The same bytes
 * in give the same bytes out, with the same libzstd.
 *
 * Sizes in a frame are hostile: nothing is allocated beyond the limit.
 * All return 0 or -errno, silently. Any thread may call, each with its own data.
 */
#ifndef ISMAPFS_FRAME_H
#define ISMAPFS_FRAME_H

#include "util/span.h"

/* Appends a frame of content. prefix may be empty. */
int frame_pack(struct span prefix, struct span content, struct buffer *frame);

/* Appends what exactly one frame holds. -EFBIG when that is more than limit; -EBADMSG when the
 * frame is damaged. */
int frame_unpack(struct span prefix, struct span frame, size_t limit, struct buffer *content);

#endif
