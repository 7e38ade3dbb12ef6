/* A text with gaps. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render/report/template.h"

static const struct template_slot slots[] = {
	{"name", "N"}, {"empty", ""}, {"absent", NULL}, {"braces", "{{name}}"}, {NULL, NULL},
};

static void check(const char *text, int code, const char *filled)
{
	_cleanup_buffer_ struct buffer buffer = {0};

	assert_int_equal(template_fill(&buffer, text, slots), code);
	if (code == 0)
		assert_string_equal(buffer.bytes, filled);
}

static void gaps_are_filled(void **state)
{
	(void)state;
	check("nothing", 0, "nothing");
	check("{{name}}", 0, "N");
	check("a{{name}}b{{empty}}c{{absent}}d", 0, "aNbcd");
	check("one { two } three }} four", 0, "one { two } three }} four");
}

static void what_is_put_in_is_not_looked_at(void **state)
{
	(void)state;
	check("{{braces}}", 0, "{{name}}");
}

static void pairs_depend_on_their_slot(void **state)
{
	(void)state;
	check("{{?name}}yes{{/name}}{{!name}}no{{/name}}", 0, "yes");
	check("{{?empty}}yes{{/empty}}{{!empty}}no{{/empty}}", 0, "no");
	check("{{?absent}}yes{{/absent}}{{!absent}}no{{/absent}}", 0, "no");
	check("{{?name}}a{{!empty}}b{{/empty}}c{{/name}}", 0, "abc");
	check("{{?empty}}a{{?name}}b{{/name}}c{{name}}{{/empty}}d", 0, "d");
	check("{{?name}}a{{?empty}}b{{/empty}}c{{/name}}d", 0, "acd");
}

static void mistakes_are_refused(void **state)
{
	(void)state;
	check("{{unknown}}", -EINVAL, NULL);
	check("{{}}", -EINVAL, NULL);
	check("{{name", -EINVAL, NULL);
	check("{{?name}}", -EINVAL, NULL);
	check("{{/name}}", -EINVAL, NULL);
	check("{{?name}}{{?empty}}{{/name}}{{/empty}}", -EINVAL, NULL);
	check("{{?name}}{{?name}}{{?name}}{{?name}}{{?name}}{{?name}}{{?name}}{{?name}}{{?name}}",
	      -EINVAL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_are_filled),
		cmocka_unit_test(what_is_put_in_is_not_looked_at),
		cmocka_unit_test(pairs_depend_on_their_slot),
		cmocka_unit_test(mistakes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
