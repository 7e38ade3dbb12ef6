/* The promises of sync/sources/fedramp/documents/members.h. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/members.h"

typedef char *reader(const cJSON *value, bool *lost);

static const struct {
	reader *read;
	const char *value; /* NULL: there is no such member */
	const char *expected;
	bool lost;
} cases[] = {
	{fedramp_line, NULL, NULL, false},
	{fedramp_line, "null", NULL, false},
	{fedramp_line, "''", NULL, false},
	{fedramp_line, "'  '", NULL, false},
	{fedramp_line, "'#N/A'", NULL, false},
	{fedramp_line, "' Not Active '", NULL, false},
	{fedramp_line, "'No FRR Date'", NULL, false},
	{fedramp_line, "'Two\\r\\nlines'", "Two lines", false},
	{fedramp_line, "' as it stands '", " as it stands ", false},
	{fedramp_line, "1234567890", "1234567890", false},
	{fedramp_line, "9007199254740991", "9007199254740991", false},
	{fedramp_line, "12345678901234567890", NULL, true},
	{fedramp_line, "1.5", "1.5", false},
	{fedramp_line, "['one']", "one", false},
	{fedramp_line, "['']", NULL, false},
	{fedramp_line, "[]", NULL, false},
	{fedramp_line, "['one','two']", NULL, true},
	{fedramp_line, "{}", NULL, true},
	{fedramp_line, "true", NULL, true},
	{fedramp_block, "'Two\\r\\nlines\\n'", "Two\nlines", false},
	{fedramp_slug, "'20x Moderate'", "20x-moderate", false},
	{fedramp_slug, "'#N/A'", NULL, false},
	{fedramp_slug, "'!'", NULL, true},
	{fedramp_id, "' FR1 '", "FR1", false},
	{fedramp_id, "1234567890", "1234567890", false},
	{fedramp_id, "{'id':'FR1','csp':'C'}", "FR1", false},
	{fedramp_id, "{'fedramp_id':'FR2','id':'FR1'}", "FR2", false},
	{fedramp_id, "{'csp':'C'}", NULL, true},
	{fedramp_id, "false", NULL, true},
	{fedramp_date, "'2026-07-22'", "2026-07-22", false},
	{fedramp_date, "'2026-07-22T00:00:00.000Z'", "2026-07-22", false},
	{fedramp_date, "'2026-07-22T20:00:00.000Z'", "2026-07-22", false},
	{fedramp_date, "'2/29/2024'", "2024-02-29", false},
	{fedramp_date, "'2/29/2023'", NULL, true},
	{fedramp_date, "'2026-02-30'", NULL, true},
	{fedramp_date, "'2026-07-22x'", NULL, true},
	{fedramp_date, "'09/30'", NULL, true},
	{fedramp_date, "'soon'", NULL, true},
	{fedramp_date, "45366", NULL, true},
	{fedramp_date, "'Not In Process'", NULL, false},
	{fedramp_date, "null", NULL, false},
	{fedramp_yearly, "'09/30'", "--09-30", false},
	{fedramp_yearly, "'2/29'", "--02-29", false},
	{fedramp_yearly, "'02/30'", NULL, true},
	{fedramp_yearly, "'2024-03-17T20:00:00.000Z'", "2024-03-17", false},
	{fedramp_yearly, "45366", NULL, true},
	{fedramp_yes_no, "true", "yes", false},
	{fedramp_yes_no, "false", "no", false},
	{fedramp_yes_no, "'Yes'", "yes", false},
	{fedramp_yes_no, "' no '", "no", false},
	{fedramp_yes_no, "'perhaps'", NULL, true},
	{fedramp_yes_no, "1", NULL, true},
	{fedramp_yes_no, "null", NULL, false},
	{fedramp_list_of_lines, NULL, NULL, false},
	{fedramp_list_of_lines, "[]", "", false},
	{fedramp_list_of_lines, "['']", "", false},
	{fedramp_list_of_lines, "['B ','A, with a comma']", "B\nA, with a comma", false},
	{fedramp_list_of_lines, "['#N/A']", NULL, false},
	{fedramp_list_of_lines, "['A',{}]", "A", true},
	{fedramp_list_of_lines, "[{'name':'A'}]", "A", false},
	{fedramp_list_of_lines, "['A',['B','C']]", "A", true},
	{fedramp_list_of_lines, "'A'", "A", false},
	{fedramp_list_of_lines, "'A; B'", "A\nB", false},
	{fedramp_list_of_lines, "'A\\nB'", "A\nB", false},
	{fedramp_list_of_lines, "'A, B'", NULL, true},
	{fedramp_list_of_lines, "''", NULL, false},
	{fedramp_list_of_lines, "5", NULL, true},
	{fedramp_list_of_lines, "{'a':'b'}", NULL, true},
	{fedramp_list_of_slugs, "['IaaS','PaaS']", "iaas\npaas", false},
	{fedramp_list_of_slugs, "'IaaS, PaaS/SaaS'", "iaas\npaas\nsaas", false},
	{fedramp_list_of_ids, "[{'id':'FR1'},'FR2',3]", "FR1\nFR2\n3", false},
	{fedramp_list_of_ids, "{'id':'FR1'}", "FR1", false},
	{fedramp_list_of_ids, "'FR1, FR2'", "FR1\nFR2", false},
	{fedramp_list_of_ids, "[{'csp':'C'}]", NULL, true},
	{fedramp_list_of_ids, "[]", "", false},
	{fedramp_list_of_ids, "5", "5", false},
	{fedramp_address, "'https://a.example/'", "https://a.example/", false},
	{fedramp_address, "{'url':'https://a.example/'}", "https://a.example/", false},
	{fedramp_address, "{'repositoryType':['Trust Center']}", NULL, false},
	{fedramp_address, "'http://a.example'", "http://a.example", false},
	{fedramp_address, "'mailto:a@b.example'", NULL, true},
	{fedramp_address, "'https://user:word@a.example/'", NULL, true},
	{fedramp_address, "'https://a.example/?mail=a@b.example'", NULL, true},
	{fedramp_address, "'https:///path'", NULL, true},
	{fedramp_address, "'javascript:alert(1)'", NULL, true},
	{fedramp_address, "'write to us'", NULL, true},
	{fedramp_resources,
	 "{'certified':[{'fedRampCertifiedThirdPartyInformationResource':'FR1','useCase':'x'}],"
	 "'nonCertified':[{'name':'N'}]}",
	 "FR1", false},
	{fedramp_resources, "['FR1']", "FR1", false},
	{fedramp_resources, "'see the web site'", NULL, true},
	{fedramp_resources, "null", NULL, false},
	{fedramp_certified_services,
	 "[{'serviceName':'B','securityCategory':'High'},{'serviceName':'A'},'C',"
	 "{'serviceName':'out','includedInMinimumAssessmentScope':false},"
	 "{'serviceName':'in','includedInMinimumAssessmentScope':true}]",
	 "B\nA\nC\nin", false},
	{fedramp_certified_services, "[]", NULL, false},
	{fedramp_certified_categories,
	 "[{'serviceName':'B','securityCategory':'High'},{'serviceName':'A\\tA'},'C']",
	 "B\tHigh\nA A\t\nC\t", false},
	{fedramp_event_log,
	 "[{'date':'2026-07-01T00:00:00.000Z','category':'c','description':'a\\nb'},{'category':'d'}]",
	 "2026-07-01\tc\ta b\n\td\t", false},
	{fedramp_event_log, "'something'", NULL, true},
	{fedramp_event_log, "null", NULL, false},
};

static void every_way_to_write_a_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_json_ cJSON *value = cases[i].value ? json_of(cases[i].value) : NULL;
		bool lost = false;
		_cleanup_free_ char *text = cases[i].read(value, &lost);

		print_message("%zu: %s\n", i, cases[i].value ? cases[i].value : "(missing)");
		assert_text(text, cases[i].expected);
		assert_int_equal(lost, cases[i].lost);
	}
}

static void the_first_name_that_is_not_null(void **state)
{
	_cleanup_json_ cJSON *object = json_of("{'new':null,'old':'a','New':'b','older':'c'}");

	(void)state;
	assert_string_equal(fedramp_member(object, "new old older")->valuestring, "a");
	assert_string_equal(fedramp_member(object, "older old")->valuestring, "c");
	assert_null(fedramp_member(object, "new"));
	assert_null(fedramp_member(object, "missing"));
	assert_null(fedramp_member(NULL, "new"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_write_a_member),
		cmocka_unit_test(the_first_name_that_is_not_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
