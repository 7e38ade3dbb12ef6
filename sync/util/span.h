/* Borrowed bytes. */
#ifndef ISMAPFS_SPAN_H
#define ISMAPFS_SPAN_H

#include <stddef.h>

#include "util/buffer.h"

struct span {
	const void *bytes;
	size_t length;
};

static inline struct span span_of(const struct buffer *buffer)
{
	return (struct span){.bytes = buffer->bytes, .length = buffer->length};
}

#endif
