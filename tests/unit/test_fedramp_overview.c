/* The promises of sync/sources/fedramp/documents/overview.h, and which document is which. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/overview.h"

#define RECORD(id, rest) "{'serviceIdentification':{'fedRampPackageId':" id "}" rest "}"
#define COLLECTION(records) \
	"{'metadata':{'export_timestamp':'2026-11-06T15:00:25.884Z'},'data':{'frc-cso-pkg':[" records \
	"]}}"

static void read_overviews(const char *text, struct fedramp_overviews *overviews)
{
	_cleanup_json_ cJSON *root = json_of(text);

	assert_int_equal(fedramp_overviews_read(root, NULL, overviews), 0);
}

/* What one document says of a service. */
static const struct fedramp_overview *find(const struct fedramp_overviews *overviews,
					   const char *id)
{
	const struct fedramp_overview *found;
	struct fedramp_overview_index index;

	fedramp_overview_index_make(overviews, 1, &index);
	found = fedramp_overview_find(&index, id);
	fedramp_overview_index_release(&index);
	return found;
}

static void all_that_is_read(void **state)
{
	struct fedramp_overviews overviews;
	const struct fedramp_overview *overview;

	(void)state;
	read_overviews(
		COLLECTION(
			"{'serviceIdentification':{'fedRampPackageId':' FR2 ','certificationType':'20x',"
			"'providerName':'P'},'contactInformation':[{'contactName':'N'}],"
			"'certifiedServices':[{'serviceName':'One','securityCategory':'High'},"
			"{'serviceName':'Two','includedInMinimumAssessmentScope':false},{'serviceName':'Three'}],"
			"'serviceProperties':{'nextOngoingCertificationReportDate':'2026-10-20',"
			"'trustCenter':{'url':'https://t.example/','authenticationRequired':true}},"
			"'thirdPartyInformationResources':{'certified':"
			"[{'fedRampCertifiedThirdPartyInformationResource':'FR1'}],'nonCertified':[{'name':'N'}]}}," RECORD(
				"'FR1'", "")),
		&overviews);
	assert_int_equal(overviews.count, 2);
	assert_true(overviews.states_time);
	overview = find(&overviews, "FR2");
	assert_non_null(overview);
	assert_text(overview->certified_services, "One\nThree");
	assert_text(overview->categories, "One\tHigh\nThree\t");
	assert_text(overview->builds_on, "FR1");
	assert_text(overview->next_report_on, "2026-10-20");
	assert_text(overview->trust_center, "https://t.example/");
	overview = find(&overviews, "FR1");
	assert_null(overview->certified_services);
	assert_null(overview->builds_on);
	assert_null(overview->trust_center);
	assert_null(find(&overviews, "FR3"));
	assert_int_equal(overviews.losses.count, 0);
	fedramp_overviews_release(&overviews);
}

static void one_record_or_a_list_of_records(void **state)
{
	static const char *const texts[] = {
		RECORD("'FR1'", ""),
		"[" RECORD("'FR1'", "") "]",
		COLLECTION(RECORD("'FR1'", "")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fedramp_overviews overviews;

		read_overviews(texts[i], &overviews);
		assert_int_equal(overviews.count, 1);
		assert_non_null(find(&overviews, "FR1"));
		fedramp_overviews_release(&overviews);
	}
}

#define UPDATED(time, day) \
	",'metadata':{'lastUpdated':'" time "'}," \
	"'serviceProperties':{'nextOngoingCertificationReportDate':'" day "'}"

static void the_newest_record_counts(void **state)
{
	struct fedramp_overviews overviews;

	(void)state;
	read_overviews(
		COLLECTION(RECORD("'FR1'", UPDATED("2026-09-01T00:00:00Z", "2026-10-01")) "," RECORD("'FR1'", UPDATED("2026-09-23T00:00:00Z", "2026-10-02")) "," RECORD("'FR1'", ",'serviceProperties':{}") "," RECORD(
			"'FR2'",
			UPDATED("2026-09-01T00:00:00Z",
				"2026-10-01")) "," RECORD("'FR2'",
							  UPDATED("2026-09-01T00:00:00Z",
								  "2026-10-03")) "," RECORD("'FR3'",
											    UPDATED("2026-09-01T00:00:00Z",
												    "2026-10-04")) "," RECORD("'FR3'",
															      UPDATED("2026-09-01T00:00:00Z",
																      "2026-10-04"))),
		&overviews);
	assert_int_equal(overviews.count, 2);
	assert_int_equal(overviews.contradictory, 2);
	assert_text(find(&overviews, "FR1")->next_report_on, "2026-10-02");
	assert_null(find(&overviews, "FR2"));
	assert_text(find(&overviews, "FR3")->next_report_on, "2026-10-04");
	fedramp_overviews_release(&overviews);
}

static void the_newest_of_several_documents_counts(void **state)
{
	struct fedramp_overviews documents[3];
	struct fedramp_overview_index index;

	(void)state;
	read_overviews(RECORD("'FR1'", UPDATED("2026-09-01T00:00:00Z", "2026-10-01")),
		       &documents[0]);
	read_overviews(
		"[" RECORD("'FR2'", UPDATED("2026-09-01T00:00:00Z", "2026-10-02")) "," RECORD(
			"'FR1'", UPDATED("2026-09-02T00:00:00Z", "2026-10-03")) "]",
		&documents[1]);
	read_overviews("[" RECORD("'FR2'", UPDATED("2026-09-01T00:00:00Z",
						   "2026-10-04")) "," RECORD("'FR3'", "") "]",
		       &documents[2]);
	fedramp_overview_index_make(documents, 3, &index);
	assert_int_equal(index.count, 3);
	assert_text(fedramp_overview_find(&index, "FR1")->next_report_on, "2026-10-03");
	assert_text(fedramp_overview_find(&index, "FR2")->next_report_on, "2026-10-02");
	assert_null(fedramp_overview_find(&index, "FR3")->next_report_on);
	assert_null(fedramp_overview_find(&index, "FR4"));
	fedramp_overview_index_release(&index);
	for (size_t i = 0; i < 3; i++)
		fedramp_overviews_release(&documents[i]);
}

static void what_cannot_be_read_is_counted(void **state)
{
	struct fedramp_overviews overviews;

	(void)state;
	read_overviews(
		COLLECTION(
			RECORD("5", ",'serviceProperties':{'nextOngoingCertificationReportDate':'soon'}") "," RECORD(
				"''", "") "," RECORD("{}", "") ",7"),
		&overviews);
	assert_int_equal(overviews.count, 1);
	assert_int_equal(overviews.blank, 3);
	assert_non_null(find(&overviews, "5"));
	assert_int_equal(overviews.losses.count, 2);
	assert_text(overviews.losses.rows[0].member, "nextOngoingCertificationReportDate");
	assert_text(overviews.losses.rows[1].member, "fedRampPackageId");
	fedramp_overviews_release(&overviews);
}

static void documents_are_told_by_their_content(void **state)
{
	static const struct {
		const char *text;
		enum fedramp_document document;
	} cases[] = {
		{"{'data':{'Products':[]}}", FEDRAMP_LIST},
		{"{'meta':{},'data':{'Products':[{'fedramp_id':'FR1'}],'Agencies':[]}}",
		 FEDRAMP_LIST},
		{"{'data':{'certprocessstatuschangelog':[]}}", FEDRAMP_CHANGELOG},
		{"{'products':{}}", FEDRAMP_CHANGELOG},
		{"{'products':[]}", FEDRAMP_EXPORT},
		{COLLECTION(""), FEDRAMP_OVERVIEWS},
		{RECORD("'FR1'", ""), FEDRAMP_OVERVIEWS},
		{"[" RECORD("'FR1'", "") "]", FEDRAMP_OVERVIEWS},
		{"[" RECORD("'FR1'", "") ",{}]", FEDRAMP_NO_DOCUMENT},
		{"[]", FEDRAMP_NO_DOCUMENT},
		{"{}", FEDRAMP_NO_DOCUMENT},
		{"'data'", FEDRAMP_NO_DOCUMENT},
		{"{'data':{'products':[]}}", FEDRAMP_NO_DOCUMENT},
		{"{'data':{'Products':{}}}", FEDRAMP_NO_DOCUMENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_json_ cJSON *root = json_of(cases[i].text);
		struct fedramp_overviews overviews;

		print_message("%s\n", cases[i].text);
		assert_int_equal(fedramp_document_of(root), cases[i].document);
		assert_int_equal(fedramp_overviews_read(root, NULL, &overviews),
				 cases[i].document == FEDRAMP_OVERVIEWS ? 0 : -EBADMSG);
		fedramp_overviews_release(&overviews);
	}
}

static void losses_are_bounded(void **state)
{
	struct fedramp_losses losses = {0};

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		_cleanup_free_ char *text = xasprintf("word %zu", i);

		fedramp_losses_add(&losses, "status", text, i);
		fedramp_losses_add(&losses, "status", text, i);
	}
	assert_true(losses.count <= 101);
	assert_int_equal(losses.rows[0].services, 1);
	assert_null(losses.rows[losses.count - 1].text);
	assert_int_equal(losses.rows[losses.count - 1].services, 1000 - (losses.count - 1));
	fedramp_losses_release(&losses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_read),
		cmocka_unit_test(one_record_or_a_list_of_records),
		cmocka_unit_test(the_newest_record_counts),
		cmocka_unit_test(the_newest_of_several_documents_counts),
		cmocka_unit_test(what_cannot_be_read_is_counted),
		cmocka_unit_test(documents_are_told_by_their_content),
		cmocka_unit_test(losses_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
