/* The promises of sync/sources/fedramp/documents/words.h. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/words.h"

static const struct {
	const char *source, *word, *in_force;
} statuses[] = {
	{"FedRAMP Certified", "certified", "yes"},
	{"FedRAMP Authorized", "certified", "yes"},
	{"Authorized", "certified", "yes"},
	{"FedRAMP Certified (In Remediation)", "certified-in-remediation", "yes"},
	{"Remediation", "certified-in-remediation", "yes"},
	{"Legacy FedRAMP Ready", "legacy-ready", "no"},
	{"FedRAMP Ready", "legacy-ready", "no"},
	{"FRR", "legacy-ready", "no"},
	{"Initial Implementation", "initial-implementation", "no"},
	{"Agency Authorization In Process", "agency-in-process", "no"},
	{"Agency In Process", "agency-in-process", "no"},
	{"Ageny In Process", "agency-in-process", "no"},
	{"Agency Review", "agency-in-process", "no"},
	{"FedRAMP In Process", "in-process", "no"},
	{"PMO Review", "in-process", "no"},
	{"JAB Review", "in-process", "no"},
	{"Initial Program Review", "in-process", "no"},
	{"Final Program Review", "in-process", "no"},
	{"Delisted", "delisted", "no"},
	{"No Status Found (Delisted)", "delisted", "no"},
	{"Unknown", "unknown", "unknown"},
	{"No Status Found", "unknown", "unknown"},
};

static void statuses_of_every_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		const struct word *word = fedramp_word_find(FEDRAMP_STATUS, statuses[i].source);

		print_message("%s\n", statuses[i].source);
		assert_non_null(word);
		assert_string_equal(word->word, statuses[i].word);
		assert_string_equal(word->in_force, statuses[i].in_force);
	}
}

static void the_table_has_no_other_words(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct word *word = fedramp_words(FEDRAMP_STATUS); word->word; word++) {
		count++;
		for (size_t i = 0; i < WORDS_BEFORE_MAX && word->before[i]; i++)
			count++;
		assert_non_null(word->japanese);
		assert_non_null(word->meaning);
	}
	assert_int_equal(count, sizeof(statuses) / sizeof(statuses[0]));
	for (int vocabulary = FEDRAMP_STATUS; vocabulary <= FEDRAMP_PATH; vocabulary++)
		assert_string_equal(fedramp_unknown((enum fedramp_vocabulary)vocabulary)->word,
				    "unknown");
}

static void case_and_white_space_are_folded(void **state)
{
	static const char *const same[] = {
		"fedramp certified",
		"  FedRAMP  Certified\t",
		"FEDRAMP\r\nCERTIFIED",
		"FedRAMP\u00a0Certified",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_ptr_equal(fedramp_word_find(FEDRAMP_STATUS, same[i]),
				 fedramp_status_word(FEDRAMP_CERTIFIED));
}

static void nothing_else_is(void **state)
{
	static const char *const others[] = {
		"",
		"Certified",
		"FedRAMP-Certified",
		"FedRAMP Certified.",
		"certified",
		"FedRAMPCertified",
		"Not Authorized",
		"FedRAMP Certified (Suspended)",
		"Ready",
		"In Remediation (?)",
		"authorised",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		print_message("%s\n", others[i]);
		assert_null(fedramp_word_find(FEDRAMP_STATUS, others[i]));
	}
}

static void the_other_vocabularies(void **state)
{
	static const struct {
		enum fedramp_vocabulary vocabulary;
		const char *source, *word;
	} words[] = {
		{FEDRAMP_PHASE, "Legacy FedRAMP Ready", "legacy-ready"},
		{FEDRAMP_PHASE, "Initial Implementation", "initial-implementation"},
		{FEDRAMP_PHASE, "Ongoing Certification", "ongoing-certification"},
		{FEDRAMP_PHASE, "Unknown", "unknown"},
		{FEDRAMP_PHASE, "Certified", NULL},
		{FEDRAMP_CLASS, "Class A", "a"},
		{FEDRAMP_CLASS, "class d", "d"},
		{FEDRAMP_CLASS, "Unknown", "unknown"},
		{FEDRAMP_CLASS, "Class E", NULL},
		{FEDRAMP_CLASS, "Moderate", NULL},
		{FEDRAMP_TYPE, "20x", "20x"},
		{FEDRAMP_TYPE, "20x Pilot", "20x-pilot"},
		{FEDRAMP_TYPE, "Rev5", "rev5"},
		{FEDRAMP_TYPE, "Rev5 Pilot", "rev5-pilot"},
		{FEDRAMP_TYPE, "Rev 5", NULL},
		{FEDRAMP_PATH, "JAB", "jab"},
		{FEDRAMP_PATH, "Agency", "agency"},
		{FEDRAMP_PATH, "Program", "program"},
		{FEDRAMP_PATH, "20x", "unknown"},
		{FEDRAMP_PATH, "Rev5", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct word *word = fedramp_word_find(words[i].vocabulary, words[i].source);

		print_message("%s\n", words[i].source);
		assert_text(word ? word->word : NULL, words[i].word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses_of_every_time),
		cmocka_unit_test(the_table_has_no_other_words),
		cmocka_unit_test(case_and_white_space_are_folded),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(the_other_vocabularies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
