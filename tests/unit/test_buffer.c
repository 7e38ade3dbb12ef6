/* The promises of sync/buffer.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <errno.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/buffer.h"
#include "util/exit_code.h"

typedef void writer(struct buffer *buffer, const char *text);

static void check(writer *write, const char *text, const char *expected)
{
	_cleanup_buffer_ struct buffer buffer = {0};

	write(&buffer, text);
	assert_string_equal(buffer.bytes, expected);
	assert_int_equal(buffer.length, strlen(expected));
}

static void json_strings(void **state)
{
	(void)state;
	check(buffer_json_string, "", "\"\"");
	check(buffer_json_string, "plain", "\"plain\"");
	check(buffer_json_string, "say \"hi\" \\ bye", "\"say \\\"hi\\\" \\\\ bye\"");
	check(buffer_json_string, "a\nb\tc\rd", "\"a\\nb\\tc\\u000dd\"");
	check(buffer_json_string, "\x01\x1f\x1b[0m", "\"\\u0001\\u001f\\u001b[0m\"");
	check(buffer_json_string, "\xe6\x97\xa5 \xf0\x9f\xa6\x80",
	      "\"\xe6\x97\xa5 \xf0\x9f\xa6\x80\"");
	check(buffer_json_string, "\"", "\"\\\"\"");
	check(buffer_json_string, "</script>\x7f", "\"</script>\x7f\"");
}

static void csv_fields(void **state)
{
	(void)state;
	check(buffer_csv_field, "plain text", "plain text");
	check(buffer_csv_field, "a,b", "\"a,b\"");
	check(buffer_csv_field, "\"", "\"\"\"\"");
	check(buffer_csv_field, "say \"hi\"", "\"say \"\"hi\"\"\"");
	check(buffer_csv_field, "two\nlines", "\"two\nlines\"");
	check(buffer_csv_field, "a\rb", "\"a\rb\"");
	check(buffer_csv_field, "=1+1", "'=1+1");
	check(buffer_csv_field, "+1", "'+1");
	check(buffer_csv_field, "-1", "'-1");
	check(buffer_csv_field, "@sum", "'@sum");
	check(buffer_csv_field, "\t=1", "'\t=1");
	check(buffer_csv_field, "\r=1", "\"'\r=1\"");
	check(buffer_csv_field, "=cmd|'a,b'", "\"'=cmd|'a,b'\"");
	check(buffer_csv_field, "a=b-c", "a=b-c");
	check(buffer_csv_field, "tab\tis plain", "tab\tis plain");
}

static void csv_of_nothing_is_nothing(void **state)
{
	_cleanup_buffer_ struct buffer buffer = {0};

	(void)state;
	buffer_csv_field(&buffer, "");
	assert_int_equal(buffer.length, 0);
}

static void tsv_fields(void **state)
{
	(void)state;
	check(buffer_tsv_field, "plain \"text\", really", "plain \"text\", really");
	check(buffer_tsv_field, "a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e");
	check(buffer_tsv_field, "\t", "\\t");
	check(buffer_tsv_field, "\\", "\\\\");
	check(buffer_tsv_field, "\\n", "\\\\n");
	check(buffer_tsv_field, "end\n", "end\\n");
}

static void html_is_text(void **state)
{
	(void)state;
	check(buffer_html, "plain 日本語 ™ –", "plain 日本語 ™ –");
	check(buffer_html, "</script><b a=\"1\" c='2'>&amp;",
	      "&lt;/script&gt;&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
	check(buffer_html, "\xe2", "\xe2");
	check(buffer_html, "\xe2\x80", "\xe2\x80");
}

static void html_stays_the_right_way_round(void **state)
{
	(void)state;
	check(buffer_html, "a\u202eb\u202c\u2066c\u2069", "a\ufffdb\ufffd\ufffdc\ufffd");
	check(buffer_html, "\u2029\u202f\u2065\u206a\u200f", "\u2029\u202f\u2065\u206a\u200f");
}

static void json_stays_in_its_script(void **state)
{
	(void)state;
	check(buffer_script_json, "[\"</script><!--\"]", "[\"\\u003c/script>\\u003c!--\"]");
	check(buffer_script_json, "a\u202eb\u2066", "a\ufffdb\ufffd");
	check(buffer_script_json, "", "");
	check(buffer_upright, "\u202e<\xe2\x80", "\ufffd<\xe2\x80");
	check(buffer_upright, "\xe2", "\xe2");
}

static void bytes_may_be_anything(void **state)
{
	_cleanup_buffer_ struct buffer buffer = {0};

	(void)state;
	buffer_append(&buffer, "a\0b", 3);
	buffer_append(&buffer, NULL, 0);
	buffer_text(&buffer, "");
	buffer_printf(&buffer, "%d%s", 7, "");
	assert_int_equal(buffer.length, 4);
	assert_memory_equal(buffer.bytes, "a\0b7", 5);
}

static void it_grows(void **state)
{
	_cleanup_buffer_ struct buffer buffer = {0};
	char long_text[5001];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (int i = 0; i < 300; i++)
		buffer_printf(&buffer, "%s%d", long_text, i % 10);
	assert_int_equal(buffer.length, 300 * 5001);
	assert_int_equal(strlen(buffer.bytes), buffer.length);
	assert_true(buffer.capacity > buffer.length);
	assert_int_equal(buffer.bytes[5000], '0');
	assert_int_equal(buffer.bytes[300 * 5001 - 1], '9');
}

/* Just at the first capacity: the NUL needs its own byte. */
static void the_nul_has_room(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'y', sizeof(text));
	for (size_t length = 250; length < 260; length++) {
		_cleanup_buffer_ struct buffer buffer = {0};

		buffer_append(&buffer, text, length);
		assert_true(buffer.capacity > length);
		assert_int_equal(buffer.bytes[length], '\0');
	}
}

/* What nobody has room for ends the process; the sentence goes to stderr. */
static void more_than_there_is_ends_the_process(void **state)
{
	int status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct buffer buffer = {0};

		buffer_text(&buffer, "before");
		buffer_append(&buffer, "x", SIZE_MAX - 2);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_STORE);
}

static void release_leaves_an_empty_one(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	buffer_release(&buffer);
	buffer_text(&buffer, "text");
	buffer_release(&buffer);
	assert_null(buffer.bytes);
	assert_int_equal(buffer.length, 0);
	buffer_clear(&buffer);
	buffer_release(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_strings),
		cmocka_unit_test(csv_fields),
		cmocka_unit_test(csv_of_nothing_is_nothing),
		cmocka_unit_test(tsv_fields),
		cmocka_unit_test(html_is_text),
		cmocka_unit_test(html_stays_the_right_way_round),
		cmocka_unit_test(json_stays_in_its_script),
		cmocka_unit_test(bytes_may_be_anything),
		cmocka_unit_test(it_grows),
		cmocka_unit_test(the_nul_has_room),
		cmocka_unit_test(more_than_there_is_ends_the_process),
		cmocka_unit_test(release_leaves_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
