/* The promises of sync/minisign.h. That minisign itself agrees is mirror_keys.sh's to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#include <cmocka.h>

#include "mirror/minisign/minisign_key.h"

static char directory[] = "/tmp/test_minisign.XXXXXX";
static char key_path[64], public_path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	(void)snprintf(key_path, sizeof(key_path), "%s/key", directory);
	(void)snprintf(public_path, sizeof(public_path), "%s/key.pub", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(key_path);
	(void)unlink(public_path);
	return rmdir(directory);
}

static void make_key(struct minisign_secret *secret, struct minisign_keys *keys)
{
	struct minisign_public made;

	(void)unlink(key_path);
	(void)unlink(public_path);
	assert_int_equal(minisign_generate(key_path, &made), 0);
	assert_int_equal(minisign_read_secret(key_path, secret), 0);
	assert_int_equal(minisign_read_public(public_path, keys), 0);
	assert_int_equal(keys->count, 1);
	assert_memory_equal(&keys->keys[0], &made, sizeof(made));
}

static void what_is_signed_verifies(void **state)
{
	static const char text[] = "{\"generation\": 1}";
	_cleanup_minisign_secret_ struct minisign_secret secret;
	_cleanup_buffer_ struct buffer first = {0}, second = {0};
	struct minisign_signature signature;
	struct minisign_keys keys;
	char bytes[sizeof(text)];

	(void)state;
	make_key(&secret, &keys);
	assert_int_equal(minisign_sign(&secret, text, strlen(text), "a comment", &first), 0);
	assert_int_equal(minisign_sign(&secret, text, strlen(text), "a comment", &second), 0);
	assert_string_equal(first.bytes, second.bytes);
	assert_int_equal(minisign_parse(first.bytes, first.length, &signature), 0);
	assert_string_equal(signature.comment, "a comment");
	assert_ptr_equal(minisign_find(&keys, signature.id), &keys.keys[0]);
	assert_true(minisign_verify(&keys.keys[0], &signature, text, strlen(text)));
	for (size_t i = 0; i < strlen(text); i++) {
		memcpy(bytes, text, sizeof(text));
		bytes[i] ^= 1;
		assert_false(minisign_verify(&keys.keys[0], &signature, bytes, strlen(text)));
	}
	assert_false(minisign_verify(&keys.keys[0], &signature, text, strlen(text) - 1));
	signature.comment[2] = 'C';
	assert_false(minisign_verify(&keys.keys[0], &signature, text, strlen(text)));
}

static void another_key_does_not_verify(void **state)
{
	_cleanup_minisign_secret_ struct minisign_secret secret, other_secret;
	_cleanup_buffer_ struct buffer text = {0};
	struct minisign_signature signature;
	struct minisign_keys keys, other;

	(void)state;
	make_key(&secret, &keys);
	make_key(&other_secret, &other);
	assert_int_equal(minisign_sign(&secret, "x", 1, "", &text), 0);
	assert_int_equal(minisign_parse(text.bytes, text.length, &signature), 0);
	assert_null(minisign_find(&other, signature.id));
	/* An id is only a name: whoever borrows it has not the key. */
	memcpy(other.keys[0].id, signature.id, sizeof(signature.id));
	assert_non_null(minisign_find(&other, signature.id));
	assert_false(minisign_verify(&other.keys[0], &signature, "x", 1));
}

/* Every prefix, and every byte changed: understood or not, it never verifies as what it isn't. */
static void damaged_signatures(void **state)
{
	_cleanup_minisign_secret_ struct minisign_secret secret;
	_cleanup_buffer_ struct buffer text = {0};
	struct minisign_signature signature, good;
	struct minisign_keys keys;

	(void)state;
	make_key(&secret, &keys);
	assert_int_equal(minisign_sign(&secret, "x", 1, "comment", &text), 0);
	assert_int_equal(minisign_parse(text.bytes, text.length, &good), 0);
	for (size_t length = 0; length < text.length; length++)
		assert_int_equal(minisign_parse(text.bytes, length, &signature), -EBADMSG);
	for (size_t i = 0; i < text.length; i++) {
		text.bytes[i] ^= 4;
		if (minisign_parse(text.bytes, text.length, &signature) == 0 &&
		    minisign_verify(&keys.keys[0], &signature, "x", 1))
			/* Only the first line's words and the id are nobody's business. */
			assert_memory_equal(signature.bytes, good.bytes, sizeof(good.bytes));
		text.bytes[i] ^= 4;
	}
}

static void keys_are_kept(void **state)
{
	_cleanup_minisign_secret_ struct minisign_secret secret;
	struct minisign_public made;
	struct minisign_keys keys;
	struct stat attributes;

	(void)state;
	make_key(&secret, &keys);
	assert_int_equal(stat(key_path, &attributes), 0);
	assert_int_equal(attributes.st_mode & 07777, 0600);
	assert_int_equal(minisign_generate(key_path, &made), -EEXIST);
	/* Nor is half of a pair made anew. */
	assert_int_equal(unlink(public_path), 0);
	assert_int_equal(minisign_generate(key_path, &made), -EEXIST);
	assert_int_equal(access(public_path, F_OK), -1);
	assert_int_equal(chmod(key_path, 0640), 0);
	assert_int_equal(minisign_read_secret(key_path, &secret), -EPERM);
	assert_int_equal(minisign_read_public(key_path, &keys), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_verifies),
		cmocka_unit_test(another_key_does_not_verify),
		cmocka_unit_test(damaged_signatures),
		cmocka_unit_test(keys_are_kept),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
