/* The promises of sync/decode.h. Compressed data is made here, by libarchive. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "fetch/decode.h"

#define NAME "the test's data"

static struct reason reason;
#define PLAIN_SIZE 200000
#define LIMIT (1 << 20)

typedef int add_filter(struct archive *);

static add_filter *const filters[] = {
	archive_write_add_filter_gzip,
	archive_write_add_filter_xz,
	archive_write_add_filter_zstd,
};
#define FILTER_COUNT (sizeof(filters) / sizeof(filters[0]))
/* The first of them write a checksum; the zstd program does, but libarchive doesn't. */
#define CHECKED_COUNT (FILTER_COUNT - 1)

static char plain[PLAIN_SIZE];

/* Text that compresses to about a half: a mistake in the middle meets data, not a run. */
static int make_plain(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = "abcdefgh ijkl{}\""[random >> 28];
	}
	return 0;
}

static struct buffer compress_with(add_filter *add, const void *bytes, size_t length)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t room = length + LIMIT, used = 0;
	char *packed = malloc(room);
	struct buffer buffer = {0};

	assert_non_null(archive);
	assert_non_null(entry);
	assert_non_null(packed);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(add(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(archive, 0), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(archive, packed, room, &used), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, bytes, length), (la_ssize_t)length);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	(void)archive_write_free(archive);
	archive_entry_free(entry);
	buffer_append(&buffer, packed, used);
	free(packed);
	return buffer;
}

static void check_plain(const struct buffer *buffer, size_t times)
{
	assert_int_equal(buffer->length, times * sizeof(plain));
	for (size_t i = 0; i < times; i++)
		assert_memory_equal(buffer->bytes + i * sizeof(plain), plain, sizeof(plain));
	assert_int_equal(buffer->bytes[buffer->length], 0);
}

/* It fails, and leaves the data as it was. */
static void check_error(struct buffer *buffer, size_t limit, int error)
{
	const char *bytes = buffer->bytes;
	size_t length = buffer->length;

	reason_clear(&reason);
	assert_int_equal(decode(buffer, limit, NAME, &reason), error);
	assert_int_equal(strncmp(reason.sentence, NAME, strlen(NAME)), 0);
	assert_ptr_equal(buffer->bytes, bytes);
	assert_int_equal(buffer->length, length);
}

static void append_stops_at_the_limit(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	assert_int_equal(append_within(&buffer, "", 0, 0), 0);
	assert_string_equal(buffer.bytes, "");
	assert_int_equal(append_within(&buffer, "abc", 3, 5), 0);
	assert_int_equal(append_within(&buffer, "def", 3, 5), -EFBIG);
	assert_string_equal(buffer.bytes, "abc");
	assert_int_equal(append_within(&buffer, "de", 2, 5), 0);
	assert_int_equal(append_within(&buffer, "f", 1, 4), -EFBIG);
	assert_int_equal(append_within(&buffer, "f", SIZE_MAX, SIZE_MAX), -EFBIG);
	assert_string_equal(buffer.bytes, "abcde");
	buffer_release(&buffer);
}

static void plain_bytes_stay_where_they_are(void **state)
{
	static const char *const texts[] = {"{}",
					    "\x1f\x8b",
					    ("\xfd"
					     "7zX"),
					    "PK\x03\x04",
					    "",
					    "BZh9"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buffer buffer = {0};
		const char *bytes;

		buffer_text(&buffer, texts[i]);
		bytes = buffer.bytes;
		assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 0);
		assert_ptr_equal(buffer.bytes, bytes);
		assert_string_equal(buffer.bytes, texts[i]);
		buffer_release(&buffer);
	}
}

static void nothing_at_all_is_plain(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 0);
	assert_null(buffer.bytes);
}

static void each_compression_is_taken_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], plain, sizeof(plain));

		assert_in_range(buffer.length, 1, sizeof(plain) - 1);
		assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 1);
		check_plain(&buffer, 1);
		buffer_release(&buffer);
	}
}

static void compressed_nothing_is_empty(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], "", 0);

		/* libarchive writes no file at all for nothing, in some of its filters */
		if (buffer.length > 0) {
			assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 1);
			assert_int_equal(buffer.length, 0);
		}
		buffer_release(&buffer);
	}
}

/* Wherever it is cut, behind the first bytes that make it known. */
static void truncated_data_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer whole = compress_with(filters[i], plain, 3000);

		for (size_t length = 6; length < whole.length; length++) {
			struct buffer cut = {0};

			buffer_append(&cut, whole.bytes, length);
			if (decode(&cut, LIMIT, NAME, &reason) != -EBADMSG)
				fail_msg("filter %zu, cut at %zu of %zu", i, length, whole.length);
			buffer_release(&cut);
		}
		buffer_release(&whole);
	}
}

/* No flipped bit yields other data: it is found, or it lay in a field without meaning for it. */
static void flipped_bits_are_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECKED_COUNT; i++) {
		struct buffer whole = compress_with(filters[i], plain, 3000);

		for (size_t position = 6; position < whole.length; position++) {
			struct buffer flipped = {0};

			buffer_append(&flipped, whole.bytes, whole.length);
			flipped.bytes[position] ^= 4;
			if (decode(&flipped, LIMIT, NAME, &reason) == 1 &&
			    (flipped.length != 3000 || memcmp(flipped.bytes, plain, 3000) != 0))
				fail_msg("filter %zu, bit at %zu of %zu", i, position,
					 whole.length);
			buffer_release(&flipped);
		}
		buffer_release(&whole);
	}
}

static void gzip_checksum_is_looked_at(void **state)
{
	struct buffer buffer = compress_with(archive_write_add_filter_gzip, plain, sizeof(plain));

	(void)state;
	buffer.bytes[buffer.length - 6] ^= 1;
	check_error(&buffer, LIMIT, -EBADMSG);
	buffer_release(&buffer);
}

static void zstd_checksum_is_looked_at(void **state)
{
	static const char text[] = "a list that came whole, a list that came whole\n";
	static const unsigned char packed[] = {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0xfd, 0x00, 0x00,
					       0xc8, 0x61, 0x20, 0x6c, 0x69, 0x73, 0x74, 0x20, 0x74,
					       0x68, 0x61, 0x74, 0x20, 0x63, 0x61, 0x6d, 0x65, 0x20,
					       0x77, 0x68, 0x6f, 0x6c, 0x65, 0x2c, 0x20, 0x0a, 0x01,
					       0x00, 0xac, 0x32, 0xc7, 0xbb, 0x51, 0x0f, 0xb0};
	struct buffer buffer = {0};

	(void)state;
	buffer_append(&buffer, packed, sizeof(packed));
	buffer.bytes[buffer.length - 2] ^= 1;
	check_error(&buffer, LIMIT, -EBADMSG);
	buffer.bytes[buffer.length - 2] ^= 1;
	assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 1);
	assert_string_equal(buffer.bytes, text);
	buffer_release(&buffer);
}

static void bytes_behind_are_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], plain, sizeof(plain));

		buffer_text(&buffer, "something else");
		check_error(&buffer, LIMIT, -EBADMSG);
		buffer_release(&buffer);
	}
}

static void one_behind_the_other_is_both(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], plain, sizeof(plain));
		struct buffer again = compress_with(filters[i], plain, sizeof(plain));

		buffer_append(&buffer, again.bytes, again.length);
		assert_int_equal(decode(&buffer, LIMIT, NAME, &reason), 1);
		check_plain(&buffer, 2);
		buffer_release(&buffer);
		buffer_release(&again);
	}
}

static void limit_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], plain, sizeof(plain));

		check_error(&buffer, sizeof(plain) - 1, -EFBIG);
		check_error(&buffer, 0, -EFBIG);
		assert_int_equal(decode(&buffer, sizeof(plain), NAME, &reason), 1);
		check_plain(&buffer, 1);
		buffer_release(&buffer);
	}
}

static void bombs_end_at_the_limit(void **state)
{
	const size_t size = 64 << 20;
	char *zeros = calloc(1, size);

	(void)state;
	assert_non_null(zeros);
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct buffer buffer = compress_with(filters[i], zeros, size);

		assert_in_range(buffer.length, 1, LIMIT);
		check_error(&buffer, LIMIT, -EFBIG);
		buffer_release(&buffer);
	}
	free(zeros);
}

static void one_layer_is_taken_off_not_two(void **state)
{
	struct buffer once = compress_with(archive_write_add_filter_gzip, plain, sizeof(plain));
	struct buffer twice = compress_with(archive_write_add_filter_gzip, once.bytes, once.length);

	(void)state;
	assert_int_equal(decode(&twice, LIMIT, NAME, &reason), 1);
	assert_int_equal(twice.length, once.length);
	assert_memory_equal(twice.bytes, once.bytes, once.length);
	buffer_release(&once);
	buffer_release(&twice);
}

/* libarchive takes off all layers at once; each may ask for much memory. */
static void layers_of_xz_are_refused(void **state)
{
	struct buffer once = compress_with(archive_write_add_filter_xz, plain, sizeof(plain));
	struct buffer twice = compress_with(archive_write_add_filter_xz, once.bytes, once.length);

	(void)state;
	check_error(&twice, LIMIT, -EBADMSG);
	buffer_release(&once);
	buffer_release(&twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(append_stops_at_the_limit),
		cmocka_unit_test(plain_bytes_stay_where_they_are),
		cmocka_unit_test(nothing_at_all_is_plain),
		cmocka_unit_test(each_compression_is_taken_off),
		cmocka_unit_test(compressed_nothing_is_empty),
		cmocka_unit_test(truncated_data_is_an_error),
		cmocka_unit_test(flipped_bits_are_an_error),
		cmocka_unit_test(gzip_checksum_is_looked_at),
		cmocka_unit_test(zstd_checksum_is_looked_at),
		cmocka_unit_test(bytes_behind_are_an_error),
		cmocka_unit_test(one_behind_the_other_is_both),
		cmocka_unit_test(limit_is_exact),
		cmocka_unit_test(bombs_end_at_the_limit),
		cmocka_unit_test(one_layer_is_taken_off_not_two),
		cmocka_unit_test(layers_of_xz_are_refused),
	};

	return cmocka_run_group_tests(tests, make_plain, NULL);
}
