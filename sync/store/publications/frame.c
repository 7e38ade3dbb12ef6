#include "store/publications/frame.h"

#include <errno.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "util/memory.h"

/* Higher levels take ten times as long and save a tenth. */
#define LEVEL 12
#define WINDOW_LOG_LEAST 10

static inline void cleanup_packer(ZSTD_CCtx **packer)
{
	(void)ZSTD_freeCCtx(*packer);
}

static inline void cleanup_unpacker(ZSTD_DCtx **unpacker)
{
	(void)ZSTD_freeDCtx(*unpacker);
}

static int error_of(size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_no_error: return 0;
	case ZSTD_error_memory_allocation: out_of_memory();
	case ZSTD_error_dstSize_tooSmall: return -EFBIG;
	default: return -EBADMSG;
	}
}

/* Makes room for that many more bytes and a NUL; returns where they go. */
static char *reserve(struct buffer *buffer, size_t length)
{
	if (buffer->capacity - buffer->length <= length) {
		buffer->capacity = buffer->length + length + 1;
		buffer->bytes = xrealloc(buffer->bytes, buffer->capacity);
	}
	return buffer->bytes + buffer->length;
}

static void reserved(struct buffer *buffer, size_t length)
{
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

/* The smallest window that reaches from the end of so many bytes back to their beginning. */
static int window_log(size_t length)
{
	int log = WINDOW_LOG_LEAST, most = ZSTD_cParam_getBounds(ZSTD_c_windowLog).upperBound;

	while (log < most && (size_t)1 << log < length)
		log++;
	return log;
}

static size_t configure(ZSTD_CCtx *packer, struct span prefix, size_t length)
{
	size_t all = prefix.length + length;
	const struct {
		ZSTD_cParameter parameter;
		int value;
	} parameters[] = {
		{ZSTD_c_compressionLevel, LEVEL},
		{ZSTD_c_windowLog, window_log(all)},
		{ZSTD_c_enableLongDistanceMatching, 1},
		{ZSTD_c_contentSizeFlag, 1},
	};
	size_t result = 0;

	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		result = ZSTD_CCtx_setParameter(packer, parameters[i].parameter,
						parameters[i].value);
		if (ZSTD_isError(result))
			return result;
	}
	return prefix.length > 0 ? ZSTD_CCtx_refPrefix(packer, prefix.bytes, prefix.length)
				 : result;
}

int frame_pack(struct span prefix, struct span content, struct buffer *frame)
{
	__attribute__((cleanup(cleanup_packer))) ZSTD_CCtx *packer = ZSTD_createCCtx();
	size_t bound = ZSTD_compressBound(content.length), result;
	char *target;

	if (!packer)
		out_of_memory();
	result = configure(packer, prefix, content.length);
	if (ZSTD_isError(result))
		return error_of(result);
	target = reserve(frame, bound);
	result = ZSTD_compress2(packer, target, bound, content.bytes, content.length);
	if (ZSTD_isError(result))
		return error_of(result);
	reserved(frame, result);
	return 0;
}

int frame_unpack(struct span prefix, struct span frame, size_t limit, struct buffer *content)
{
	__attribute__((cleanup(cleanup_unpacker))) ZSTD_DCtx *unpacker = ZSTD_createDCtx();
	unsigned long long size = ZSTD_getFrameContentSize(frame.bytes, frame.length);
	size_t result = ZSTD_findFrameCompressedSize(frame.bytes, frame.length);
	char *target;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
	    ZSTD_isError(result) || result != frame.length)
		return -EBADMSG;
	if (size > limit)
		return -EFBIG;
	if (!unpacker)
		out_of_memory();
	result = ZSTD_DCtx_setParameter(unpacker, ZSTD_d_windowLogMax,
					ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
	if (!ZSTD_isError(result) && prefix.length > 0)
		result = ZSTD_DCtx_refPrefix(unpacker, prefix.bytes, prefix.length);
	if (ZSTD_isError(result))
		return error_of(result);
	target = reserve(content, (size_t)size);
	result = ZSTD_decompressDCtx(unpacker, target, (size_t)size, frame.bytes, frame.length);
	if (ZSTD_isError(result))
		return error_of(result);
	if (result != size)
		return -EBADMSG;
	reserved(content, result);
	return 0;
}
