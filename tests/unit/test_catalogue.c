/* The promises of include/common/catalogue.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/catalogue.h"

#define COUNT 3
#define TEXTS_SIZE 64

/* A catalogue of three texts, as msgfmt writes it: the first is the empty one. */
struct file {
	struct catalogue_header header;
	struct catalogue_entry texts[COUNT], translations[COUNT];
	char bytes[TEXTS_SIZE];
};

static struct file sound_file(void)
{
	static const char *const texts[COUNT] = {"", "no", "yes"};
	static const char *const translations[COUNT] = {"header", "いいえ", "はい"};
	struct file file = {
		.header = {CATALOGUE_MAGIC, 0, COUNT, offsetof(struct file, texts),
			   offsetof(struct file, translations)},
	};
	uint32_t used = 0;

	for (int i = 0; i < COUNT; i++) {
		file.texts[i].offset = (uint32_t)offsetof(struct file, bytes) + used;
		file.texts[i].length = (uint32_t)strlen(texts[i]);
		strcpy(file.bytes + used, texts[i]);
		used += file.texts[i].length + 1;
		file.translations[i].offset = (uint32_t)offsetof(struct file, bytes) + used;
		file.translations[i].length = (uint32_t)strlen(translations[i]);
		strcpy(file.bytes + used, translations[i]);
		used += file.translations[i].length + 1;
	}
	return file;
}

static bool opens(struct catalogue *catalogue, const void *bytes, size_t size)
{
	char path[] = "/tmp/test_catalogue.XXXXXX";
	int fd = mkstemp(path);
	bool opened;

	assert_true(fd >= 0);
	assert_true(write(fd, bytes, size) == (ssize_t)size);
	(void)close(fd);
	opened = catalogue_open(catalogue, path);
	(void)unlink(path);
	return opened;
}

static void texts_are_translated(void **state)
{
	const struct file file = sound_file();
	struct catalogue catalogue;

	(void)state;
	assert_true(opens(&catalogue, &file, sizeof(file)));
	assert_string_equal(catalogue_text(&catalogue, "no"), "いいえ");
	assert_string_equal(catalogue_text(&catalogue, "yes"), "はい");
	assert_string_equal(catalogue_text(&catalogue, "perhaps"), "perhaps");
	assert_string_equal(catalogue_text(&catalogue, "a"), "a");
	assert_string_equal(catalogue_text(&catalogue, "z"), "z");
	/* Not the header. */
	assert_string_equal(catalogue_text(&catalogue, ""), "");
	catalogue_close(&catalogue);
	assert_string_equal(catalogue_text(&catalogue, "no"), "no");
}

static void a_number_chooses_the_form(void **state)
{
	static const char forms[] = "ein\0viele";
	struct file file = sound_file();
	struct catalogue catalogue;

	(void)state;
	/* "no" gets two forms. The translation that it had was as long. */
	assert_int_equal(file.translations[1].length, sizeof(forms) - 1);
	memcpy((char *)&file + file.translations[1].offset, forms, sizeof(forms));
	assert_true(opens(&catalogue, &file, sizeof(file)));
	assert_string_equal(catalogue_counted(&catalogue, 1, "no", "nos"), "ein");
	assert_string_equal(catalogue_counted(&catalogue, 0, "no", "nos"), "viele");
	assert_string_equal(catalogue_counted(&catalogue, 2, "no", "nos"), "viele");
	/* A language with one form, as Japanese is. */
	assert_string_equal(catalogue_counted(&catalogue, 1, "yes", "yeses"), "はい");
	assert_string_equal(catalogue_counted(&catalogue, 2, "yes", "yeses"), "はい");
	assert_string_equal(catalogue_counted(&catalogue, 1, "row", "rows"), "row");
	assert_string_equal(catalogue_counted(&catalogue, 2, "row", "rows"), "rows");
	catalogue_close(&catalogue);
	assert_string_equal(catalogue_counted(&catalogue, 2, "no", "nos"), "nos");
}

static void a_file_cut_off_anywhere_is_none(void **state)
{
	const struct file file = sound_file();
	size_t used = file.translations[COUNT - 1].offset + file.translations[COUNT - 1].length;
	struct catalogue catalogue;

	(void)state;
	for (size_t size = 0; size <= used; size++) {
		assert_false(opens(&catalogue, &file, size));
		assert_null(catalogue.bytes);
	}
	assert_true(opens(&catalogue, &file, used + 1));
	catalogue_close(&catalogue);
	assert_false(catalogue_open(&catalogue, "/nonexistent"));
	assert_false(catalogue_open(&catalogue, "/"));
}

static void what_points_out_of_the_file_is_none(void **state)
{
	static const uint32_t wrong[] = {sizeof(struct file), UINT32_MAX, UINT32_MAX - 8};
	struct catalogue catalogue;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct file files[6];

		for (size_t f = 0; f < 6; f++)
			files[f] = sound_file();
		files[0].header.count = wrong[i];
		files[1].header.texts = wrong[i];
		files[2].header.translations = wrong[i];
		files[3].texts[1].offset = wrong[i];
		files[4].translations[2].length = wrong[i];
		files[5].header.magic = wrong[i];
		for (size_t f = 0; f < 6; f++)
			assert_false(opens(&catalogue, &files[f], sizeof(files[f])));
	}
}

static void a_text_without_its_end_is_none(void **state)
{
	struct file file = sound_file();
	struct catalogue catalogue;

	(void)state;
	file.texts[1].length--;
	assert_false(opens(&catalogue, &file, sizeof(file)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_translated),
		cmocka_unit_test(a_number_chooses_the_form),
		cmocka_unit_test(a_file_cut_off_anywhere_is_none),
		cmocka_unit_test(what_points_out_of_the_file_is_none),
		cmocka_unit_test(a_text_without_its_end_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
