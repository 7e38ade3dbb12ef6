/* The promises of sync/object.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "render/documents.h"
#include "mirror/delta.h"
#include "mirror/object.h"

#define LINES 4000

/* A database with a document of LINES lines, all of them but one the same for every version. */
static void make_file(int version, struct buffer *file)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	_cleanup_buffer_ struct buffer text = {0};
	sqlite3_int64 size;
	unsigned char *bytes;
	uint32_t noise = 1;

	for (int line = 0; line < LINES; line++) {
		noise = noise * 1103515245 + 12345;
		buffer_printf(&text, "line %d says %u%s\n", line, noise,
			      line == 3 && version == 2 ? " and something new" : "");
	}
	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database,
				      "CREATE TABLE chunk (document INTEGER, seq INTEGER, bytes "
				      "BLOB, PRIMARY KEY (document, seq))",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, "INSERT INTO chunk VALUES (?1, ?2, ?3)", -1,
					    &insert, NULL),
			 SQLITE_OK);
	for (size_t offset = 0, seq = 0; offset < text.length; offset += STORE_CHUNK_SIZE, seq++) {
		size_t length = text.length - offset, packed_length;
		char packed[CHUNK_PACKED_SIZE];

		if (length > STORE_CHUNK_SIZE)
			length = STORE_CHUNK_SIZE;
		packed_length = document_pack_chunk(NULL, text.bytes + offset, length, packed);
		(void)sqlite3_bind_int(insert, 1, version);
		(void)sqlite3_bind_int64(insert, 2, (sqlite3_int64)seq);
		(void)sqlite3_bind_blob(insert, 3, packed, (int)packed_length, SQLITE_TRANSIENT);
		assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
		(void)sqlite3_reset(insert);
	}
	bytes = sqlite3_serialize(database, "main", &size, 0);
	assert_non_null(bytes);
	buffer_append(file, bytes, (size_t)size);
	sqlite3_free(bytes);
}

static void a_whole_object_comes_back(void **state)
{
	_cleanup_buffer_ struct buffer file = {0}, object = {0}, again = {0}, back = {0};

	(void)state;
	make_file(1, &file);
	assert_int_equal(object_pack(span_of(&file), &object), 0);
	assert_int_equal(object_pack(span_of(&file), &again), 0);
	assert_int_equal(object.length, again.length);
	assert_memory_equal(object.bytes, again.bytes, object.length);
	assert_int_equal(object_unpack(span_of(&object), file.length, &back), 0);
	assert_int_equal(back.length, file.length);
	assert_memory_equal(back.bytes, file.bytes, file.length);
}

static void sizes_are_kept_to(void **state)
{
	_cleanup_buffer_ struct buffer file = {0}, object = {0}, back = {0};

	(void)state;
	make_file(1, &file);
	assert_int_equal(object_pack(span_of(&file), &object), 0);
	assert_int_equal(object_unpack(span_of(&object), file.length - 1, &back), -EFBIG);
	assert_int_equal(back.length, 0);
	assert_int_equal(object_unpack(span_of(&object), OBJECT_FILE_SIZE_MAX + 1, &back), -EFBIG);
	assert_int_equal(object_unpack(span_of(&object), file.length + 1, &back), -EBADMSG);
}

static void a_delta_is_small_and_right(void **state)
{
	_cleanup_buffer_ struct buffer base = {0}, file = {0}, delta = {0}, back = {0}, whole = {0};

	(void)state;
	make_file(1, &base);
	make_file(2, &file);
	assert_int_equal(delta_make(span_of(&base), span_of(&file), &delta), 0);
	assert_int_equal(delta_apply(span_of(&base), span_of(&delta), file.length, &back), 0);
	assert_int_equal(back.length, file.length);
	assert_memory_equal(back.bytes, file.bytes, file.length);
	/* One line is new, and every chunk behind it. */
	assert_int_equal(object_pack(span_of(&file), &whole), 0);
	assert_true(delta.length * 20 < whole.length);
	buffer_clear(&back);
	assert_int_equal(delta_apply(span_of(&base), span_of(&delta), file.length - 1, &back),
			 -EFBIG);
}

/* Cut anywhere, changed anywhere: an error, or bytes whose checksum will tell. Never more of them.
 */
static void damaged_deltas(void **state)
{
	_cleanup_buffer_ struct buffer base = {0}, file = {0}, delta = {0};

	(void)state;
	make_file(1, &base);
	make_file(2, &file);
	assert_int_equal(delta_make(span_of(&base), span_of(&file), &delta), 0);
	for (size_t length = 0; length < delta.length; length += 7) {
		_cleanup_buffer_ struct buffer back = {0};
		struct span cut = {.bytes = delta.bytes, .length = length};

		assert_true(delta_apply(span_of(&base), cut, file.length, &back) < 0);
	}
	for (size_t i = 0; i < delta.length; i += 11) {
		_cleanup_buffer_ struct buffer back = {0};

		delta.bytes[i] ^= 0x10;
		if (delta_apply(span_of(&base), span_of(&delta), file.length, &back) == 0)
			assert_int_equal(back.length, file.length);
		delta.bytes[i] ^= 0x10;
	}
}

static void what_is_no_store_has_no_delta(void **state)
{
	_cleanup_buffer_ struct buffer file = {0}, delta = {0}, back = {0};
	const struct span text = {.bytes = "not a database", .length = 14};

	(void)state;
	make_file(1, &file);
	assert_int_equal(delta_make(text, span_of(&file), &delta), -EBADMSG);
	assert_int_equal(delta_make(span_of(&file), text, &delta), -EBADMSG);
	assert_int_equal(delta_apply(span_of(&file), text, 100, &back), -EBADMSG);
	assert_int_equal(object_unpack(text, 100, &back), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_object_comes_back),
		cmocka_unit_test(sizes_are_kept_to),
		cmocka_unit_test(a_delta_is_small_and_right),
		cmocka_unit_test(damaged_deltas),
		cmocka_unit_test(what_is_no_store_has_no_delta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
