/* The promises of sync/json.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "store_limits.h"
#include "util/json.h"

/* Parses a copy of the bytes that ends where the allocation ends, so that a sanitizer sees any
 * step too far. *reason receives the sentence. */
static int parse(const void *bytes, size_t length, cJSON **json,
		 char reason[static STATE_TEXT_SIZE])
{
	unsigned char *copy = malloc(length + 1);
	struct reason why = {.about = "test"};
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	*json = NULL;
	r = json_parse(copy, length, &why, json);
	(void)snprintf(reason, STATE_TEXT_SIZE, "%s", why.sentence);
	assert_int_equal(why.refused, r < 0);
	free(copy);
	return r;
}

static void refused_bytes(const void *bytes, size_t length, const char *word)
{
	_cleanup_json_ cJSON *json = NULL;
	char reason[STATE_TEXT_SIZE];

	assert_int_equal(parse(bytes, length, &json, reason), -EBADMSG);
	assert_null(json);
	if (!strstr(reason, word))
		fail_msg("'%s' lacks '%s'", reason, word);
}

static void refused(const char *text, const char *word)
{
	refused_bytes(text, strlen(text), word);
}

static cJSON *accepted(const char *text)
{
	char reason[STATE_TEXT_SIZE];
	cJSON *json = NULL;

	assert_int_equal(parse(text, strlen(text), &json, reason), 0);
	assert_non_null(json);
	assert_string_equal(reason, "");
	return json;
}

static void nothing_is_empty(void **state)
{
	(void)state;
	refused("", "empty (0 bytes)");
	refused("\n", "empty (1 bytes)");
	refused(" \t\r\n ", "empty");
}

static void every_beginning_is_refused(void **state)
{
	static const char whole[] =
		"{\"data\":{\"list\":[{\"id\":\"A\\n\",\"on\":true},null,-1.5e3]}}";

	(void)state;
	cJSON_Delete(accepted(whole));
	for (size_t length = 1; length < strlen(whole); length++)
		refused_bytes(whole, length, "J");
	refused_bytes(whole, strlen(whole) - 1, "cut off");
}

static void what_follows_is_refused(void **state)
{
	(void)state;
	refused("{} and more of it", "not JSON");
	refused("{} x", "JSON");
	refused("{}{}", "JSON");
	refused("[1,]", "JSON");
	refused("<html>", "not JSON");
	refused("{'a':1} and more of it", "not JSON");
	cJSON_Delete(accepted("{}\n \n"));
	cJSON_Delete(accepted("\xef\xbb\xbf{}"));
}

static void only_utf8_is_text(void **state)
{
	(void)state;
	refused("{\"a\":\"\xff\"}", "UTF-8");
	refused("{\"a\":\"\xc0\x80\"}", "UTF-8");
	refused("{\"a\":\"\xed\xa0\x80\"}", "UTF-8");
	refused("{\"a\":\"\xe6\x97", "UTF-8");
}

static void nul_bytes_are_refused(void **state)
{
	(void)state;
	refused_bytes("{\"a\":\"b\0c\"}", 11, "NUL");
	refused_bytes("{}\0", 3, "NUL");
	refused_bytes("{}\0garbage", 10, "NUL");
	refused_bytes("\0", 1, "NUL");
}

static void escaped_nuls_cut_nothing(void **state)
{
	_cleanup_json_ cJSON *json =
		accepted("{\"a\":\"b\\u0000c\",\"d\":\"\\\\u0000\",\"e\\u0000f\":\"g\"}");

	(void)state;
	assert_string_equal(json_text(json, "a"), "b\xef\xbf\xbd"
						  "c");
	assert_string_equal(json_text(json, "d"), "\\u0000");
	assert_string_equal(json_text(json, "e\xef\xbf\xbd"
					    "f"),
			    "g");
}

static void lone_surrogates_are_replaced(void **state)
{
	_cleanup_json_ cJSON *json =
		accepted("{\"a\":\"\\ud800\",\"b\":\"\\ud83d\\ude00\",\"c\":\"\\ude00x\"}");

	(void)state;
	assert_string_equal(json_text(json, "a"), "\xef\xbf\xbd");
	assert_string_equal(json_text(json, "b"), "\xf0\x9f\x98\x80");
	assert_string_equal(json_text(json, "c"), "\xef\xbf\xbdx");
}

static char *nested(size_t depth, const char *open, const char *close)
{
	size_t length = depth * (strlen(open) + strlen(close)) + 2;
	char *text = malloc(length), *end = text;

	assert_non_null(text);
	for (size_t i = 0; i < depth; i++)
		end = stpcpy(end, open);
	*end++ = '0';
	for (size_t i = 0; i < depth; i++)
		end = stpcpy(end, close);
	*end = '\0';
	return text;
}

static void depth_is_limited(void **state)
{
	char *text = nested(LIMIT_JSON_DEPTH, "[", "]");

	(void)state;
	cJSON_Delete(accepted(text));
	free(text);
	text = nested(LIMIT_JSON_DEPTH + 1, "[", "]");
	refused(text, "nested deeper than 100 levels");
	free(text);
	text = nested(LIMIT_JSON_DEPTH / 2 + 1, "{\"a\":[", "]}");
	refused(text, "nested");
	free(text);
	text = nested(2000000, "[", "");
	refused(text, "nested");
	free(text);
}

/* A list of so many zeros, with blanks up to that length. */
static char *zeros(size_t count, size_t length)
{
	char *text = malloc(length + 1), *end = text;

	assert_non_null(text);
	*end++ = '[';
	for (size_t i = 0; i < count; i++)
		end = stpcpy(end, i > 0 ? ",0" : "0");
	*end++ = ']';
	memset(end, ' ', length - (size_t)(end - text));
	text[length] = '\0';
	return text;
}

static void values_are_limited(void **state)
{
	/* The list itself is a value, too. */
	const size_t few = LIMIT_JSON_VALUES_SHORT, length = 2 * few + 2;
	const size_t room = length / LIMIT_JSON_BYTES_PER_VALUE;
	char *text = zeros(few - 1, length);

	(void)state;
	assert_int_equal(json_count_values((unsigned char *)text, length), few);
	cJSON_Delete(accepted(text));
	free(text);
	text = zeros(few + room - 1, 3 * length);
	cJSON_Delete(accepted(text));
	free(text);
	text = zeros(2 * few, 4 * few + 1);
	refused(text, "holds more than 150000 values in 400001 bytes");
	free(text);
	text = zeros(LIMIT_JSON_VALUES, 16 * (size_t)LIMIT_JSON_VALUES);
	refused(text, "holds more than 1000000 values");
	free(text);
}

static void punctuation_in_strings_is_no_value(void **state)
{
	static const char text[] = "{\"a,[\":\"\\\",[{\",\"b\":1}";

	(void)state;
	assert_int_equal(json_count_values((const unsigned char *)text, strlen(text)), 3);
}

static void equal_whatever_the_order(void **state)
{
	static const struct {
		const char *left, *right;
		bool equal;
	} pairs[] = {
		{"{\"a\":1,\"b\":[null,\"x\"]}", "{\"b\":[null,\"x\"],\"a\":1}", true},
		{"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false},
		{"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
		{"{\"a\":{\"b\":true}}", "{\"a\":{\"b\":false}}", false},
		{"[1,2]", "[2,1]", false},
		{"[1]", "[1,1]", false},
		{"\"1\"", "1", false},
		{"{}", "[]", false},
		{"1.5", "1.5", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		_cleanup_json_ cJSON *left = accepted(pairs[i].left);
		_cleanup_json_ cJSON *right = accepted(pairs[i].right);

		assert_int_equal(json_equal(left, right), pairs[i].equal);
		assert_int_equal(json_equal(right, left), pairs[i].equal);
	}
}

static void brackets_in_strings_are_text(void **state)
{
	char text[2000] = "{\"a\":\"\\\"", *end = text + strlen(text);

	(void)state;
	memset(end, '[', 1000);
	(void)strcpy(end + 1000, "\\\\\",\"b\":[1]}");
	cJSON_Delete(accepted(text));
}

static void members_by_their_exact_name(void **state)
{
	_cleanup_json_ cJSON *json = accepted("{\"Name\":\"x\",\"name\":\"y\",\"n\":7,\"z\":null}");

	(void)state;
	assert_string_equal(json_text(json, "name"), "y");
	assert_string_equal(json_text(json, "Name"), "x");
	assert_null(json_member(json, "NAME"));
	assert_string_equal(json_text(json, "NAME"), "");
	assert_string_equal(json_text(json, "n"), "");
	assert_string_equal(json_text(json, "z"), "");
	assert_string_equal(json_text(NULL, "name"), "");
	assert_string_equal(json_text(json_member(json, "n"), "name"), "");
}

/* Whether a document is refused for its members: 0 or -EBADMSG. */
static int repeated(const char *text, char reason[static STATE_TEXT_SIZE])
{
	_cleanup_json_ cJSON *json = accepted(text);
	struct reason why = {.about = "test"};
	int r = json_refuse_repeated_within(&why, json);

	(void)snprintf(reason, STATE_TEXT_SIZE, "%s", why.sentence);
	return r;
}

static void repeated_members_are_refused(void **state)
{
	static const char *const mistakes[] = {
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"b\":0,\"\\u0061\":null}",
		"[{},{\"x\":[{\"a\":{\"z\":1},\"b\":2,\"a\":{\"z\":2}}]}]",
		"{\"\":1,\"\":2}",
		"{\"a\":{\"x\":[1,2]},\"a\":{\"x\":[1,2]}}",
	};
	char reason[STATE_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(repeated(mistakes[i], reason), -EBADMSG);
		assert_non_null(strstr(reason, "twice in one object"));
	}
	/* Each object for itself; names as they are written. */
	assert_int_equal(repeated("[{\"a\":1},{\"a\":2,\"b\":{\"a\":3},\"A\":4}]", reason), 0);
	assert_int_equal(repeated("[1,1]", reason), 0);
}

static void only_the_object_itself(void **state)
{
	_cleanup_json_ cJSON *json = accepted("{\"a\":{\"b\":1,\"b\":2},\"c\":3}");
	struct reason reason = {.about = "test"};

	(void)state;
	assert_int_equal(json_refuse_repeated(&reason, json), 0);
	assert_int_equal(json_refuse_repeated(&reason, NULL), 0);
	assert_int_equal(json_refuse_repeated(&reason, json_member(json, "a")), -EBADMSG);
}

static void many_members_take_no_time(void **state)
{
	enum { COUNT = 200000 };
	size_t length = 0, size = (size_t)COUNT * 12;
	char *text = malloc(size), reason[STATE_TEXT_SIZE];

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < COUNT; i++)
		length += (size_t)snprintf(text + length, size - length, "%c\"%06d\":0",
					   i == 0 ? '{' : ',', i * 7 % 999983);
	(void)snprintf(text + length, size - length, "}");
	assert_int_equal(repeated(text, reason), 0);
	free(text);
}

static void unknown_members_are_refused(void **state)
{
	static const char *const names[] = {"id", "title", NULL};
	_cleanup_json_ cJSON *json = accepted("{\"title\":1,\"Id\":2}");
	_cleanup_json_ cJSON *right = accepted("{\"title\":1,\"id\":2}");
	struct reason reason = {.about = "test"};

	(void)state;
	assert_int_equal(json_refuse_unknown(&reason, right, "E1", names), 0);
	assert_int_equal(json_refuse_unknown(&reason, NULL, "E1", names), 0);
	assert_int_equal(json_refuse_unknown(&reason, json, "E1", names), -EBADMSG);
	assert_string_equal(reason.sentence,
			    "test: refused: E1: 'Id' is not a member that it may have");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_empty),
		cmocka_unit_test(every_beginning_is_refused),
		cmocka_unit_test(what_follows_is_refused),
		cmocka_unit_test(only_utf8_is_text),
		cmocka_unit_test(nul_bytes_are_refused),
		cmocka_unit_test(escaped_nuls_cut_nothing),
		cmocka_unit_test(lone_surrogates_are_replaced),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(values_are_limited),
		cmocka_unit_test(punctuation_in_strings_is_no_value),
		cmocka_unit_test(equal_whatever_the_order),
		cmocka_unit_test(brackets_in_strings_are_text),
		cmocka_unit_test(members_by_their_exact_name),
		cmocka_unit_test(repeated_members_are_refused),
		cmocka_unit_test(only_the_object_itself),
		cmocka_unit_test(many_members_take_no_time),
		cmocka_unit_test(unknown_members_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
