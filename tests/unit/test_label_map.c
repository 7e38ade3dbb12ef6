/* The promises of sync/label_map.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "sources/ismap/map.h"
#include "sources/label_map.h"
#include "util/text/text.h"

static struct reason reason = {.about = "test"};

static void labels_are_compared_folded(void **state)
{
	static const char *const same[] = {"登録番号", " 登録 番号 ", "登録番号：",
					   "登録番号:", "登録　番号"};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		_cleanup_free_ char *folded = text_fold(same[i]);

		assert_string_equal(folded, "登録番号");
	}
}

static void the_map_that_comes_along_is_right(void **state)
{
	_cleanup_label_map_ struct label_map map = {0};
	const char *level;
	size_t position = 0;

	(void)state;
	assert_int_equal(label_map_load(&map, ismap_map(), NULL, &reason), 0);
	assert_string_equal(label_map_field(&map, "登録番号", ""), "number");
	assert_string_equal(label_map_field(&map, "ＲＥＧＩＳＴＲＡＴＩＯＮ number", ""), "number");
	assert_string_equal(label_map_field(&map, "クラウドサービス名（英語）", ""), "name.en");
	assert_string_equal(label_map_field(&map, "クラウドサービス名(英語)", ""), "name.en");
	assert_null(label_map_field(&map, "知らない", "u_unknown"));
	assert_null(label_map_field(&map, "", ""));
	assert_true(label_map_ignores(&map, "", "className"));
	assert_false(label_map_ignores(&map, "登録番号", "className"));
	assert_string_equal(label_map_next_page(&map, &position, &level), "cloud_service_list");
	assert_string_equal(level, "ismap");
	assert_null(label_map_next_page(&map, &position, &level));
	assert_string_equal(label_map_detail(&map, "cloud_service_list"),
			    "cloud_service_list_detail");
	assert_true(label_map_has(&map, "portal", "total", "row_count"));
}

static void what_is_read_later_counts(void **state)
{
	static const char text[] = "[pages]\ncloud_service_list = none\nliu = ismap-liu\n"
				   "[details]\ncloud_service_list = none\n"
				   "[labels]\nnote = 登録番号\nextra.x = u_x\n";
	_cleanup_label_map_ struct label_map map = {0};
	const char *level;
	size_t position = 0;

	(void)state;
	assert_int_equal(label_map_load(&map, ismap_map(), NULL, &reason), 0);
	assert_int_equal(label_map_read(&map, text, "test", &reason), 0);
	assert_string_equal(label_map_field(&map, "登録番号", NULL), "note");
	assert_string_equal(label_map_field(&map, NULL, "u_x"), "extra.x");
	assert_string_equal(label_map_next_page(&map, &position, &level), "liu");
	assert_string_equal(level, "ismap-liu");
	assert_null(label_map_next_page(&map, &position, &level));
	assert_string_equal(label_map_detail(&map, "cloud_service_list"), "");
}

/* However an editor saves it. */
static void every_way_to_write_it(void **state)
{
	static const char *const texts[] = {
		"[labels]\nnote = 備考欄\n    備考２\n",
		"[labels]\r\nnote = 備考欄\r\n    備考２\r\n",
		"\xef\xbb\xbf[labels]\r\nnote=備考欄\r\n\t備考２",
		"; x\n# y\n\n[labels] ; z\n\nnote : 備考欄\n\n[labels]\nnote = 備考２ ; y",
		"  [labels]  \r\n\r\nnote = \"備考欄\"\r\nnote = \" 備考 ２ \"\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		_cleanup_label_map_ struct label_map map = {0};

		assert_int_equal(label_map_read(&map, texts[i], "test", &reason), 0);
		assert_string_equal(label_map_field(&map, "備考欄", NULL), "note");
		assert_string_equal(label_map_field(&map, "備考2", NULL), "note");
		assert_int_equal(map.count, 2);
	}
}

/* The longest line is read whole, and one more byte is said rather than cut. */
static void long_lines(void **state)
{
	enum { LONGEST = 198 };
	static const char begin[] = "[labels]\nnote = ";
	char text[sizeof(begin) + LONGEST + 4] = "", label[LONGEST] = "";
	size_t room = LONGEST - strlen("note = ");
	_cleanup_label_map_ struct label_map map = {0}, other = {0};

	(void)state;
	memset(label, 'x', room);
	label[room - 1] = 'y';
	(void)snprintf(text, sizeof(text), "%s%s\n", begin, label);
	assert_int_equal(label_map_read(&map, text, "test", &reason), 0);
	assert_string_equal(label_map_field(&map, label, NULL), "note");
	(void)snprintf(text, sizeof(text), "%sx%s\n", begin, label);
	assert_int_equal(label_map_read(&other, text, "test", &reason), -EINVAL);
	assert_string_equal(reason.sentence, "test, line 2: it is longer than 198 bytes");
	/* The CR of a line's end counts. */
	(void)snprintf(text, sizeof(text), "%s%s\r\n", begin, label);
	assert_int_equal(label_map_read(&other, text, "test", &reason), -EINVAL);
	(void)snprintf(text, sizeof(text), "%s%s\r\n", begin, label + 1);
	assert_int_equal(label_map_read(&other, text, "test", &reason), 0);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const texts[] = {
		"[labels]\ncolour = x\n",    "[labels]\nextra. = x\n",
		"[labels]\nnumber =\n",	     "[pages]\nx = gold\n",
		"[pages]\na/b = ismap\n",    "[details]\na = b&c\n",
		"[portal]\nspeed = 9\n",     "[ignore]\nwords = x\n",
		"[other]\na = b\n",	     "[labels]\nnonsense\n",
		"[labels\nnumber = x\n",     "number = x\n",
		"[labels]\nstatus = 登録\n", "[labels]\nlevel = x\n",
		"[labels]\rnote = x\r",	     "[labels]\nnote = x\rnote = y\n",
		"[labels] note = x\n",	     "[labels]\nnote = \"\"\n",
		"[ labels ]\nnote = x\n",    "[Labels]\nnote = x\n",
		"[labels]\n備考 = note\n",   "[labels]\nnote ＝ x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		_cleanup_label_map_ struct label_map map = {0};

		assert_int_equal(label_map_read(&map, texts[i], "test", &reason), -EINVAL);
		assert_int_equal(strncmp(reason.sentence, "test, line ", strlen("test, line ")), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_compared_folded),
		cmocka_unit_test(the_map_that_comes_along_is_right),
		cmocka_unit_test(what_is_read_later_counts),
		cmocka_unit_test(every_way_to_write_it),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
