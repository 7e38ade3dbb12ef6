/* The promises of sync/sources/fedramp/documents/service.h: what a row of the list says. */
#include "fedramp_list_fixture.h"

static void data_json(void **state)
{
	struct fedramp_list list;
	const struct fedramp_service *service;

	(void)state;
	read_list(
		DATA("{'id':'FR2 ','name':'P','csp':'P','cso':'S','status':'FedRAMP Authorized',"
		     "'ready_date':'No FRR Date','ip_jab_date':'2019-01-02T20:00:00.000Z',"
		     "'ip_agency_date':'Not Active','ip_prog_date':'Not Active','ip_pmo_date':'Not In Process',"
		     "'auth_date':'2021-07-27T20:00:00.000Z','auth_type':'JAB','annual_assessment':'09/22',"
		     "'independent_assessor':'A','service_model':['PaaS'],'deployment_model':'Public Cloud',"
		     "'impact_level':'20x Low','leveraged_systems':[{'id':'FR1','csp':'Q'}],"
		     "'agency_authorizations':['Department B','Department A'],'service_desc':'a\\r\\nb',"
		     "'fedramp_msg':'N/A','sales_email':'s@example.com','security_email':'t@example.com',"
		     "'website':'https://a.example','uei':'','small_business':'No','business_function':['']},"
		     "{'id':'FR1','service_offering':'Old','name':'Q','status':''}"),
		&list);
	assert_int_equal(list.shape, FEDRAMP_DATA);
	assert_int_equal(list.count, 2);
	service = find(&list, "FR2");
	assert_text(service->name, "S");
	assert_text(service->provider, "P");
	assert_string_equal(service->status->word, "certified");
	assert_text(service->status_source, "FedRAMP Authorized");
	assert_null(service->phase);
	assert_null(service->class);
	assert_null(service->type);
	assert_string_equal(service->path->word, "jab");
	assert_null(service->cap);
	assert_text(service->certified_on, "2021-07-27");
	assert_null(service->ready_on);
	assert_text(service->in_process_board_on, "2019-01-02");
	assert_null(service->in_process_agency_on);
	assert_text(service->level, "20x-low");
	assert_text(service->level_source, "20x Low");
	assert_text(service->agencies, "Department B\nDepartment A");
	assert_text(service->assessor, "A");
	assert_text(service->models, "paas");
	assert_text(service->deployment, "public-cloud");
	assert_text(service->functions, "");
	assert_text(service->description, "a\nb");
	assert_null(service->note);
	assert_null(service->uei);
	assert_text(service->small_business, "no");
	assert_text(service->yearly_assessment, "--09-22");
	assert_text(service->built_on_it, "FR1");
	assert_null(service->builds_on);
	service = find(&list, "FR1");
	assert_text(service->name, "Old");
	assert_text(service->provider, "Q");
	assert_string_equal(service->status->word, "unknown");
	assert_null(service->status_source);
	assert_int_equal(list.losses.count, 0);
	fedramp_list_release(&list);
}

static void products_json(void **state)
{
	struct fedramp_list list;
	const struct fedramp_service *service;

	(void)state;
	read_list(
		DATA("{'fedramp_id':'FR2','name':'P2','cloud_service_provider':'P',"
		     "'cloud_service_offering':'S','status':'FedRAMP Certified (In Remediation)',"
		     "'phase':'Ongoing Certification','under_cap':true,'cap_date':'2026-07-22T00:00:00.000Z',"
		     "'event_log':[{'date':'2026-07-22','category':'CAP','description':'begins'}],"
		     "'authorizations':3,'reuse':2,'cert_date':'2021-07-27T20:00:00.000Z','auth_date':'2020-01-01',"
		     "'cert_path':'20x','cert_type':'Rev5 Pilot','cert_class':'Class D','impact_level':'Moderate',"
		     "'partnering_agency':null,'annual_assessment':'09/30','leveraged_systems':[],"
		     "'agency_authorizations':[],'service_description':'text','small_business':true,"
		     "'business_categories':['Analytics'],'trust_center':{'url':'https://t.example'},"
		     "'certified_services':[{'serviceName':'One','securityCategory':'High'}],"
		     "'third_party_information_resources':"
		     "{'certified':[{'fedRampCertifiedThirdPartyInformationResource':'FR1'}]}},"
		     "{'fedramp_id':'FR1','cloud_service_provider':'Q','cloud_service_offering':'T',"
		     "'status':'FedRAMP Authorized','cert_date':null,'fedramp_auth':'2019-05-05',"
		     "'auth_type':'Agency','cert_class':'Unknown','cert_type':null}"),
		&list);
	assert_int_equal(list.shape, FEDRAMP_PRODUCTS);
	service = find(&list, "FR2");
	assert_text(service->name, "S");
	assert_text(service->provider, "P");
	assert_string_equal(service->status->word, "certified-in-remediation");
	assert_string_equal(service->phase->word, "ongoing-certification");
	assert_string_equal(service->class->word, "d");
	assert_string_equal(service->type->word, "rev5-pilot");
	assert_null(service->path);
	assert_text(service->cap, "yes");
	assert_text(service->cap_on, "2026-07-22");
	assert_text(service->certified_on, "2021-07-27");
	assert_text(service->events, "2026-07-22\tCAP\tbegins");
	assert_text(service->agencies, "");
	assert_text(service->description, "text");
	assert_text(service->functions, "Analytics");
	assert_text(service->small_business, "yes");
	assert_text(service->trust_center, "https://t.example");
	assert_text(service->certified_services, "One");
	assert_text(service->categories, "One\tHigh");
	assert_text(service->builds_on, "FR1");
	service = find(&list, "FR1");
	assert_string_equal(service->status->word, "certified");
	assert_text(service->certified_on, "2019-05-05");
	assert_string_equal(service->path->word, "agency");
	assert_null(service->class);
	assert_null(service->type);
	assert_null(service->agencies);
	assert_int_equal(list.losses.count, 0);
	fedramp_list_release(&list);
}

/* A class isn't what a level suggests. */
static void a_class_is_never_derived(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'fedramp_id':'A','cloud_service_offering':'S','impact_level':'High'},"
		     "{'fedramp_id':'B','cloud_service_offering':'S','impact_level':'High','cert_class':'Class B'}"),
		&list);
	assert_null(find(&list, "A")->class);
	assert_string_equal(find(&list, "B")->class->word, "b");
	fedramp_list_release(&list);
}

static void a_value_that_is_no_date_differs_from_none(void **state)
{
	(void)state;
	refused(DATA("{'id':'FR1','cso':'S'},{'id':'FR1','cso':'S','auth_date':'b'}"), "'FR1'");
	refused(DATA("{'id':'FR1','cso':'S','auth_date':'a'},{'id':'FR1','cso':'S'}"), "'FR1'");
}

static void a_list_that_cannot_be_told_is_counted_once(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(DATA("{'id':'FR1','cso':'S','certified_services':'one, two'}"), &list);
	/* A list that can't be told is no text of its own. */
	assert_int_equal(find(&list, "FR1")->unread_count, 0);
	assert_int_equal(lost(&list, "certified_services", NULL), 1);
	fedramp_list_release(&list);
}

static void other_types(void **state)
{
	struct fedramp_list list;
	const struct fedramp_service *service;

	(void)state;
	read_list(DATA("{'id':1234567890,'cso':'S','service_model':'SaaS',"
		       "'leveraged_systems':['FR2'],'agency_authorizations':'Department A',"
		       "'auth_date':20200101,'small_business':'maybe','annual_assessment':45366,"
		       "'impact_level':{'level':'High'}},"
		       "{'id':'FR2','cso':'T','auth_date':'soon','agency_authorizations':{'A':1}},"
		       "{'id':'FR3','cso':'T','status':{'word':'FRR'}}"),
		  &list);
	service = find(&list, "FR1234567890");
	assert_text(service->models, "saas");
	assert_text(service->built_on_it, "FR2");
	assert_text(service->agencies, "Department A");
	assert_null(service->certified_on);
	assert_null(service->yearly_assessment);
	assert_text(service->yearly_assessment_source, "45366");
	assert_int_equal(service->unread_count, 1);
	assert_text(service->unread[0].member, "small_business");
	assert_text(service->unread[0].text, "maybe");
	assert_string_equal(find(&list, "FR3")->status->word, "unknown");
	assert_int_equal(lost(&list, "auth_date", NULL), 2);
	assert_int_equal(lost(&list, "small_business", NULL), 1);
	assert_int_equal(lost(&list, "annual_assessment", NULL), 1);
	assert_int_equal(lost(&list, "impact_level", NULL), 1);
	assert_int_equal(lost(&list, "agency_authorizations", NULL), 1);
	assert_int_equal(lost(&list, "status", NULL), 1);
	assert_int_equal(list.losses.count, 6);
	fedramp_list_release(&list);
}

static void words_that_nobody_knows(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'fedramp_id':'FR1','cloud_service_offering':'S','status':'FedRAMP Suspended'},"
		     "{'fedramp_id':'FR2','cloud_service_offering':'S','status':'FedRAMP Suspended',"
		     "'cert_class':'Class E'},"
		     "{'fedramp_id':'FR3','cloud_service_offering':'S','status':'No Status Found'}"),
		&list);
	assert_string_equal(find(&list, "FR1")->status->word, "unknown");
	assert_text(find(&list, "FR1")->status_source, "FedRAMP Suspended");
	assert_int_equal(find(&list, "FR1")->unread_count, 0);
	assert_string_equal(find(&list, "FR2")->class->word, "unknown");
	assert_text(find(&list, "FR2")->unread[0].text, "Class E");
	assert_int_equal(lost(&list, "status", "FedRAMP Suspended"), 2);
	assert_int_equal(lost(&list, "cert_class", "Class E"), 1);
	assert_int_equal(list.losses.count, 2);
	fedramp_list_release(&list);
}

static void a_row_with_an_id_alone_says_nothing(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'id':'FR1','small_business':'No','agency_authorizations':[''],'status':''}"),
		&list);
	assert_string_equal(find(&list, "FR1")->status->word, "unknown");
	assert_null(find(&list, "FR1")->small_business);
	assert_null(find(&list, "FR1")->agencies);
	fedramp_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_json),
		cmocka_unit_test(products_json),
		cmocka_unit_test(a_class_is_never_derived),
		cmocka_unit_test(a_value_that_is_no_date_differs_from_none),
		cmocka_unit_test(a_list_that_cannot_be_told_is_counted_once),
		cmocka_unit_test(other_types),
		cmocka_unit_test(words_that_nobody_knows),
		cmocka_unit_test(a_row_with_an_id_alone_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
