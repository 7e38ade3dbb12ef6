/* One zstd frame, with or without a prefix that both sides know. For object*.c. */
#ifndef ISMAPFS_OBJECT_FRAME_H
#define ISMAPFS_OBJECT_FRAME_H

#include "mirror/object.h"

/* Appends a frame of content. prefix may be empty. */
int object_frame_pack(struct span prefix, struct span content, struct buffer *frame);

/* Appends what exactly one frame holds: at most limit bytes, -EFBIG if more. */
int object_frame_unpack(struct span prefix, struct span frame, size_t limit,
			struct buffer *content);

#endif
