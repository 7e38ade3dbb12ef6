/* The promises of include/log.h: what a message may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/log.h"

static void defused(const char *text, const char *wanted)
{
	char line[256];

	(void)snprintf(line, sizeof(line), "%s", text);
	log_defuse(line);
	assert_string_equal(line, wanted);
}

static void plain_text_stays(void **state)
{
	static const char *const texts[] = {
		"",
		"plain",
		"株式会社架空、登録番号",
		"é ü ß € “quoted” – …",
		"हिन्दी தமிழ்",
		"עברית العربية",
		"🙂",
		"\u00a0\u3000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		defused(texts[i], texts[i]);
}

static void controls_become_question_marks(void **state)
{
	(void)state;
	defused("a\x1b[31mb\r\n\tc\x7f", "a?[31mb???c?");
	defused("a\xc2\x9b"
		"31mb",
		"a??31mb");
	defused("a\xc2\x80\xc2\x9f", "a????");
}

static void bytes_of_no_character_go_where_a_terminal_obeys_them(void **state)
{
	(void)state;
	defused("a\x9b"
		"31mb\x84",
		"a?31mb?");
	/* Bytes of a character, of one that is cut off, and letters of another encoding. */
	defused("\xe3\x81\x9b\xe3\x81", "\xe3\x81\x9b\xe3?");
	defused("\xe9t\xe9", "\xe9t\xe9");
}

static void what_cannot_be_seen_goes(void **state)
{
	(void)state;
	defused("a\u200b\ufeff\u00ad\u2060b\U000e0041", "a???????????b????");
}

static void what_turns_text_around_goes(void **state)
{
	(void)state;
	defused("a\u202eb\u202a\u2066c\u2069\u200e\u200f\u061c", "a???b??????c???????????");
	defused("a\u2028b\u2029", "a???b???");
}

static void passwords_in_urls_go(void **state)
{
	static const char *const texts[][2] = {
		{"https://user:secret@host/a@b is", "https://host/a@b is"},
		{"see http://u:p@a, https://u@b:1/?x", "see http://a, https://b:1/?x"},
		{"'http://user:se/cr#t@host:3128'", "'http://host:3128'"},
		{"https://user:s@e@host", "https://host"},
		{"socks5h://u:p@[::1]:80", "socks5h://[::1]:80"},
		{"https://host:8443/@scope/name", "https://host:8443/@scope/name"},
		{"https://host/mail@example.org", "https://host/mail@example.org"},
		{"a@b: https://host asks bob@host", "a@b: https://host asks bob@host"},
		{"://://u:p@x", "://://x"},
		{"https://", "https://"},
		{"https://@", "https://"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		defused(texts[i][0], texts[i][1]);
}

static void what_is_unseen_goes(void **state)
{
	(void)state;
	defused("a\u200bb\u200cc\u200dd\u2060\ufeff\u00ad", "a???b???c???d????????");
}

/* A character that is cut off, as by a limit, is not read past. */
static void cut_characters(void **state)
{
	(void)state;
	defused("a\xe2\x80", "a\xe2?");
	defused("a\xe2", "a\xe2");
	defused("a\xc2", "a\xc2");
	defused("a\xef\xbb", "a\xef\xbb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(controls_become_question_marks),
		cmocka_unit_test(bytes_of_no_character_go_where_a_terminal_obeys_them),
		cmocka_unit_test(what_cannot_be_seen_goes),
		cmocka_unit_test(what_turns_text_around_goes),
		cmocka_unit_test(passwords_in_urls_go),
		cmocka_unit_test(what_is_unseen_goes),
		cmocka_unit_test(cut_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
