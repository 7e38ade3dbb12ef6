#include "fetch/decode.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#define ZLIB_CONST
#include <zlib.h>

#include "util/memory.h"

#define CHUNK_SIZE 65536

/* inflateInit2's way to say: the largest window, gzip's header and trailer only. */
#define GZIP_WINDOW_BITS (15 + 16)

int append_within(struct buffer *buffer, const void *bytes, size_t length, size_t limit)
{
	if (buffer->length > limit || length > limit - buffer->length)
		return -EFBIG;
	buffer_append(buffer, bytes, length);
	return 0;
}

/*
 * zlib and not libarchive for gzip: libarchive (3.6) doesn't look at the
 * checksum behind the data, and a flipped bit would go through.
 */
static int inflate_members(z_stream *stream, const struct buffer *in, size_t limit,
			   struct buffer *out)
{
	size_t left = in->length;

	stream->next_in = (const unsigned char *)in->bytes;
	for (;;) {
		unsigned char chunk[CHUNK_SIZE];
		int code, r;

		if (stream->avail_in == 0) {
			stream->avail_in = left < UINT_MAX ? (unsigned)left : UINT_MAX;
			left -= stream->avail_in;
		}
		stream->next_out = chunk;
		stream->avail_out = sizeof(chunk);
		code = inflate(stream, Z_NO_FLUSH);
		if (code == Z_MEM_ERROR)
			out_of_memory();
		if (code != Z_OK && code != Z_STREAM_END)
			return -EBADMSG;
		r = append_within(out, chunk, sizeof(chunk) - stream->avail_out, limit);
		if (r < 0)
			return r;
		if (code == Z_OK)
			continue;
		/* A gzip file may be several, one behind the other. */
		if (stream->avail_in == 0 && left == 0)
			return 0;
		if (inflateReset(stream) != Z_OK)
			return -EBADMSG;
	}
}

static int decode_gzip(const struct buffer *in, size_t limit, struct buffer *out)
{
	z_stream stream = {0};
	int r;

	if (inflateInit2(&stream, GZIP_WINDOW_BITS) != Z_OK)
		out_of_memory();
	r = inflate_members(&stream, in, limit, out);
	(void)inflateEnd(&stream);
	return r;
}

static int read_archive(struct archive *archive, size_t limit, struct buffer *out)
{
	struct archive_entry *entry;
	int r = archive_read_next_header(archive, &entry);

	if (r == ARCHIVE_EOF) /* nothing, compressed */
		return 0;
	/* One layer and the file itself. More would only cost memory; with less, the library
	 * doesn't recognize the format. */
	if (r != ARCHIVE_OK || archive_filter_count(archive) != 2)
		return -EBADMSG;
	for (;;) {
		unsigned char chunk[CHUNK_SIZE];
		la_ssize_t length = archive_read_data(archive, chunk, sizeof(chunk));

		if (length == 0)
			return 0;
		if (length < 0)
			return -EBADMSG;
		r = append_within(out, chunk, (size_t)length, limit);
		if (r < 0)
			return r;
	}
}

/* One filter and the two formats without structure: nothing else of libarchive is reachable. */
static int decode_archive(const struct buffer *in, int (*support)(struct archive *), size_t limit,
			  struct buffer *out)
{
	struct archive *archive = archive_read_new();
	int r;

	if (!archive)
		out_of_memory();
	/* ARCHIVE_WARN: libarchive was built without it and would run a program instead. */
	if (support(archive) != ARCHIVE_OK ||
	    archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(archive) != ARCHIVE_OK)
		r = -EOPNOTSUPP;
	else if (archive_read_open_memory(archive, in->bytes, in->length) != ARCHIVE_OK)
		r = -EBADMSG;
	else
		r = read_archive(archive, limit, out);
	(void)archive_read_free(archive);
	return r;
}

static int decode_xz(const struct buffer *in, size_t limit, struct buffer *out)
{
	return decode_archive(in, archive_read_support_filter_xz, limit, out);
}

static int decode_zstd(const struct buffer *in, size_t limit, struct buffer *out)
{
	return decode_archive(in, archive_read_support_filter_zstd, limit, out);
}

static const struct compression {
	const char *name;
	unsigned char magic[6];
	size_t magic_length;
	int (*decode)(const struct buffer *in, size_t limit, struct buffer *out);
} compressions[] = {
	{"gzip", {0x1f, 0x8b, 0x08}, 3, decode_gzip},
	{"xz", {0xfd, '7', 'z', 'X', 'Z', 0x00}, 6, decode_xz},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, decode_zstd},
};

static const struct compression *recognize(const struct buffer *buffer)
{
	for (size_t i = 0; i < sizeof(compressions) / sizeof(compressions[0]); i++)
		if (buffer->length >= compressions[i].magic_length &&
		    memcmp(buffer->bytes, compressions[i].magic, compressions[i].magic_length) == 0)
			return &compressions[i];
	return NULL;
}

static int fail(struct reason *reason, int error, const struct compression *compression,
		size_t limit, const char *name)
{
	const char *what = compression->name;

	if (error == -EFBIG)
		return reason_fail(reason, error,
				   "%.700s is larger than %zu bytes when unpacked (%s)", name,
				   limit, what);
	if (error == -EOPNOTSUPP)
		return reason_fail(
			reason, error,
			"%.700s is %s data, which this libarchive can't read; unpack it first",
			name, what);
	return reason_fail(reason, error, "%.700s is damaged or incomplete %s data; fetch it again",
			   name, what);
}

int decode(struct buffer *buffer, size_t limit, const char *name, struct reason *reason)
{
	const struct compression *compression = recognize(buffer);
	_cleanup_buffer_ struct buffer decoded = {0};
	int r;

	if (!compression)
		return 0;
	r = compression->decode(buffer, limit, &decoded);
	if (r < 0)
		return fail(reason, r, compression, limit, name);
	buffer_release(buffer);
	*buffer = decoded;
	decoded = (struct buffer){0};
	return 1;
}
