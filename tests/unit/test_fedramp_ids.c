/* The promises of sync/sources/fedramp/documents/ids.h. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/ids.h"

static const char *const known[] = {
	"MSO365MT", "F1605027892", "FR1605027893", "1234567890", "Mixed1", "MIXED2", "mixed2", NULL,
};

static const struct {
	const char *stated, *found;
} texts[] = {
	/* As it is known. */
	{"MSO365MT", "MSO365MT"},
	{"1234567890", "1234567890"},
	{"mixed2", "mixed2"},
	/* In another case; not where two differ by nothing else. */
	{"mso365mt", "MSO365MT"},
	{"mixed1", "Mixed1"},
	{"Mixed2", "Mixed2"},
	/* Digits alone: of a known one, oldest ids among them, or as they are formed today. */
	{"1605027893", "FR1605027893"},
	{"1605027892", "F1605027892"},
	{"9100000052", "FR9100000052"},
	{"12345", "12345"},
	{"91000000521", "91000000521"},
	/* As they are formed. */
	{"fr9100000052", "FR9100000052"},
	{"Fr9100000052xl", "FR9100000052XL"},
	{"FR9100000052", "FR9100000052"},
	/* What nobody knows stays as it is. */
	{"fr91", "fr91"},
	{"fr9100000052abc", "fr9100000052abc"},
	{"fr9100000052-a", "fr9100000052-a"},
	{"frs", "frs"},
};

static void fill(struct fedramp_ids *ids)
{
	for (size_t i = 0; known[i]; i++)
		fedramp_ids_add(ids, known[i]);
	fedramp_ids_sort(ids);
}

static void an_id_in_another_writing(void **state)
{
	struct fedramp_ids ids = {0};

	(void)state;
	fill(&ids);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		_cleanup_free_ char *found = fedramp_ids_find(&ids, texts[i].stated);

		assert_text(found, texts[i].found);
	}
	fedramp_ids_release(&ids);
}

static void nothing_is_known(void **state)
{
	static const struct {
		const char *stated, *found;
	} cases[] = {{"9100000052", "FR9100000052"},
		     {"1605", "1605"},
		     {"mso365mt", "mso365mt"},
		     {"", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_free_ char *found = fedramp_ids_find(NULL, cases[i].stated);

		assert_text(found, cases[i].found);
	}
}

static void members(void **state)
{
	static const struct {
		const char *value, *found;
		size_t rewritten;
		bool lost;
	} cases[] = {
		{"'FR9100000052'", "FR9100000052", 0, false},
		{"' FR9100000052 '", "FR9100000052", 1, false},
		{"9100000052", "FR9100000052", 1, false},
		{"{'id':'fr9100000052'}", "FR9100000052", 1, false},
		{"''", NULL, 0, false},
		{"null", NULL, 0, false},
		{"true", NULL, 0, true},
	};
	struct fedramp_ids ids = {0};

	(void)state;
	fill(&ids);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_json_ cJSON *value = json_of(cases[i].value);
		size_t rewritten = 0;
		bool lost = false;
		_cleanup_free_ char *found = fedramp_ids_read(&ids, value, &lost, &rewritten);

		print_message("%s\n", cases[i].value);
		assert_text(found, cases[i].found);
		assert_int_equal(rewritten, cases[i].rewritten);
		assert_int_equal(lost, cases[i].lost);
	}
	fedramp_ids_release(&ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_in_another_writing),
		cmocka_unit_test(nothing_is_known),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
