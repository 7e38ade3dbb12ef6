/* Reading and writing text by code points. For text.c and name.c, which text.h describes. */
#ifndef ISMAPFS_CODE_POINT_H
#define ISMAPFS_CODE_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "common/cleanup.h"
#include "util/memory.h"

#define REPLACEMENT 0xfffd

/* No code point is written longer than three times what it was read from: U+FFFD for one byte. */
#define GROWTH_MAX 3

/* Where code points are written: room for all was allocated at once. */
struct sink {
	char *text;
	size_t length;
};

static inline void sink_open(struct sink *sink, size_t input_length)
{
	if (input_length > (PTRDIFF_MAX - 1) / GROWTH_MAX)
		out_of_memory();
	sink->length = 0;
	sink->text = xmalloc(input_length * GROWTH_MAX + 1);
}

static inline void sink_put(struct sink *sink, utf8proc_int32_t point)
{
	/* Nearly all text is ASCII: no call for that. */
	if ((uint32_t)point < 0x80)
		sink->text[sink->length++] = (char)point;
	else
		sink->length += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)sink->text +
									    sink->length);
}

/* The caller frees the text. */
static inline char *sink_finish(struct sink *sink)
{
	sink->text[sink->length] = '\0';
	return steal_pointer(sink->text);
}

static inline void sink_release(struct sink *sink)
{
	free(sink->text);
}

#define _cleanup_sink_ __attribute__((cleanup(sink_release)))

/* The code point at *position, which moves behind it; U+FFFD for a byte that isn't part of any. */
static inline utf8proc_int32_t next_point(const char **position)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)*position;
	utf8proc_int32_t point;
	utf8proc_ssize_t length;

	if (*bytes < 0x80) {
		(*position)++;
		return *bytes;
	}
	/* The NUL isn't a trailing byte, so a cut sequence ends there. */
	length = utf8proc_iterate(bytes, -1, &point);
	if (length <= 0) {
		length = 1;
		point = REPLACEMENT;
	}
	*position += length;
	return point;
}

static inline bool is_control(utf8proc_int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

static inline bool is_space(utf8proc_int32_t point)
{
	if (point < 0x80)
		return point == ' ' || (point >= '\t' && point <= '\r');
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return true;
	default: return point == 0x85;
	}
}

static inline bool is_zero_width(utf8proc_int32_t point)
{
	return point == 0x200b || point == 0x2060 || point == 0xfeff || point == 0xad;
}

#endif
