/* Packs that nobody could read are not made. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "evidence/pack/pack.h"

/* An empty file. */
static void add(struct pack *pack, const char *name)
{
	struct buffer none = {0};

	pack_add(pack, name, &none);
}

static int seal(struct pack *pack)
{
	const struct minisign_secret secret = {.id = {1}};

	return pack_seal(pack, &secret, 0);
}

static int seal_files(size_t count)
{
	_cleanup_pack_ struct pack pack = {.folder = "p"};
	char name[32];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "%zu", i);
		add(&pack, name);
	}
	return seal(&pack);
}

static void test_as_many_files_as_can_be_read(void **state)
{
	(void)state;
	/* SHA256SUMS and its signature are two more. */
	assert_int_equal(seal_files(PACK_FILES_MAX - 2), 0);
	assert_int_equal(seal_files(PACK_FILES_MAX - 1), -EFBIG);
}

static void test_as_many_bytes_as_can_be_read(void **state)
{
	_cleanup_pack_ struct pack pack = {.folder = "p"};
	int r;

	(void)state;
	for (int i = 0; i < 4; i++)
		add(&pack, (const char *const[]){"a", "b", "c", "d"}[i]);
	for (size_t i = 0; i < pack.count; i++)
		pack.files[i].bytes.length = PACK_SIZE_MAX / 4; /* nobody reads them */
	r = seal(&pack);
	for (size_t i = 0; i < pack.count; i++)
		pack.files[i].bytes.length = 0;
	assert_int_equal(r, -EFBIG);
	assert_int_equal(seal(&pack), 0);
}

static void test_no_two_files_of_one_name(void **state)
{
	_cleanup_pack_ struct pack pack = {.folder = "p"};

	(void)state;
	add(&pack, "publication/a.json");
	add(&pack, "b");
	add(&pack, "publication/a.json");
	assert_int_equal(seal(&pack), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_many_files_as_can_be_read),
		cmocka_unit_test(test_as_many_bytes_as_can_be_read),
		cmocka_unit_test(test_no_two_files_of_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
