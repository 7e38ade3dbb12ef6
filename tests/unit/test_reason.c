/* The promises of sync/util/reason.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/reason.h"

static void a_failure_is_a_sentence(void **state)
{
	struct reason reason = {.about = "list.json"};

	(void)state;
	assert_int_equal(reason_fail(&reason, -ENOENT, "%s can't be read: %m", "x"), -ENOENT);
	assert_string_equal(reason.sentence, "x can't be read: No such file or directory");
	assert_false(reason.refused);
}

static void a_refusal_names_what_is_refused(void **state)
{
	struct reason reason = {.about = "list.json"};

	(void)state;
	assert_int_equal(reason_refuse(&reason, "it lists %d services", 0), -EBADMSG);
	assert_string_equal(reason.sentence, "list.json: refused: it lists 0 services");
	assert_true(reason.refused);
	/* A sentence may become part of the next one. */
	assert_int_equal(reason_fail(&reason, -EIO, "object"), -EIO);
	assert_false(reason.refused);
	assert_int_equal(reason_refuse(&reason, "%s", reason.sentence), -EBADMSG);
	assert_string_equal(reason.sentence, "list.json: refused: object");
	reason_clear(&reason);
	assert_string_equal(reason.sentence, "");
	assert_false(reason.refused);
}

/* Foreign text neither moves a cursor nor breaks the state's lines. */
static void foreign_text_is_shown_harmless(void **state)
{
	struct reason reason = {.about = "list.json"};
	char text[3 * STATE_TEXT_SIZE];

	(void)state;
	(void)reason_fail(&reason, -EINVAL, "a%sb", "\x1b[2J\n");
	assert_null(strpbrk(reason.sentence, "\x1b\n"));
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)reason_refuse(&reason, "%s", text);
	assert_true(strlen(reason.sentence) < STATE_TEXT_SIZE);
	assert_int_equal(strncmp(reason.sentence, "list.json: refused: xxx", 23), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_is_a_sentence),
		cmocka_unit_test(a_refusal_names_what_is_refused),
		cmocka_unit_test(foreign_text_is_shown_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
