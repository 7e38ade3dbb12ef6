/* The promises of sync/sources/fedramp/documents/list.h and service.h. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/list.h"
#include "common/timestamp.h"

#define DATA(rows) \
	"{'meta':{'last_change':'2026-04-28T02:26:07.304Z'},'data':{'Products':[" rows "]}}"

static void read_list(const char *text, struct fedramp_list *list)
{
	_cleanup_json_ cJSON *root = json_of(text);

	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, list), 0);
}

static void refused(const char *text, const char *why)
{
	_cleanup_json_ cJSON *root = json_of(text);
	struct fedramp_list list;

	print_message("%s\n", text);
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), -EBADMSG);
	print_message("-> %s\n", list.refusal.sentence);
	assert_non_null(strstr(list.refusal.sentence, why));
	fedramp_list_release(&list);
}

static const struct fedramp_service *find(const struct fedramp_list *list, const char *id)
{
	const struct fedramp_service *service = fedramp_list_find(list, id);

	if (!service)
		print_message("no service '%s'\n", id);
	assert_non_null(service);
	return service;
}

static size_t lost(const struct fedramp_list *list, const char *member, const char *text)
{
	for (size_t i = 0; i < list->losses.count; i++) {
		const struct fedramp_loss *loss = &list->losses.rows[i];

		if (strcmp(loss->member, member) == 0 &&
		    (text ? loss->text && strcmp(loss->text, text) == 0 : !loss->text))
			return loss->services;
	}
	return 0;
}

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

static void times(void **state)
{
	static const struct {
		enum fedramp_shape shape;
		const char *text, *before, *expected;
	} cases[] = {
		{FEDRAMP_DATA, "2026-04-28T02:26:07.304Z", NULL, "2026-04-28T06:26:07Z"},
		{FEDRAMP_DATA, "2026-01-28T02:26:07.304Z", NULL, "2026-01-28T07:26:07Z"},
		{FEDRAMP_DATA, "2026-01-28T02:26:07z", NULL, "2026-01-28T07:26:07Z"},
		{FEDRAMP_PRODUCTS, "2026-04-28T02:26:07.304Z", NULL, "2026-04-28T02:26:07Z"},
		/* 01:00 to 02:00 comes twice on this day. */
		{FEDRAMP_DATA, "2025-11-02T01:20:00.000Z", NULL, "2025-11-02T05:20:00Z"},
		{FEDRAMP_DATA, "2025-11-02T01:20:00.000Z", "2025-11-02T05:00:00Z",
		 "2025-11-02T05:20:00Z"},
		{FEDRAMP_DATA, "2025-11-02T01:20:00.000Z", "2025-11-02T05:20:00Z",
		 "2025-11-02T05:20:00Z"},
		{FEDRAMP_DATA, "2025-11-02T01:20:00.000Z", "2025-11-02T05:50:00Z",
		 "2025-11-02T06:20:00Z"},
		{FEDRAMP_DATA, "2025-11-02T00:50:00.000Z", "2025-11-02T05:50:00Z",
		 "2025-11-02T04:50:00Z"},
		{FEDRAMP_DATA, "2025-11-02T02:10:00.000Z", "2025-11-02T08:50:00Z",
		 "2025-11-02T07:10:00Z"},
		{FEDRAMP_PRODUCTS, "2025-11-02T01:20:00.000Z", "2025-11-02T05:50:00Z",
		 "2025-11-02T01:20:00Z"},
		{FEDRAMP_DATA, "yesterday", NULL, NULL},
		{FEDRAMP_PRODUCTS, "", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t before = FEDRAMP_NO_TIME, instant;
		char text[TIMESTAMP_TEXT_SIZE];
		int r;

		print_message("%zu: %s\n", i, cases[i].text);
		if (cases[i].before)
			assert_int_equal(timestamp_parse(cases[i].before, "UTC", &before), 0);
		r = fedramp_list_time(cases[i].shape, cases[i].text, before, &instant);
		assert_int_equal(r, cases[i].expected ? 0 : -EINVAL);
		if (r < 0)
			continue;
		timestamp_format(instant, text);
		assert_string_equal(text, cases[i].expected);
	}
}

static void what_is_no_list_is_refused(void **state)
{
	(void)state;
	refused("{}", "no data.Products");
	refused("[]", "no data.Products");
	refused("{'data':{'Products':{}}}", "no data.Products");
	refused("{'metadata':{'export_timestamp':'2026-05-29T19:28:40.040Z'},'products':"
		"[{'id':'FR1','public_status':'Authorized'}]}",
		"damaged");
	refused("{'products':{'FR1':{'current_status':'FRR','statuses':[]}}}", "no data.Products");
	refused("{'data':{'Products':[]}}", "no product");
	refused("{'data':{'Products':[{'id':'','csp':''}]}}", "no product");
	refused("{'data':{'Products':[5]}}", "not an object");
	refused("{'meta':{'last_change':'soon'},'data':{'Products':[{'id':'FR1'}]}}", "not a time");
}

static void invented_and_blank_rows_are_counted(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'id':'FR1','cso':'S','csp':'C','status':'FRR'},"
		     "{'id':'FAKE-B1860C8E','cso':'S','csp':'C','status':'Authorized'},"
		     "{'id':'FR3','cso':'SuperFile','csp':'SUPER-CSP','status':'Initial Implementation'},"
		     "{'id':'FR4','cso':'S','csp':'C','status':'Authorized','public_status':''},"
		     "{'id':'FR5','cso':'S','csp':'C','status':'Authorized','public_status':null},"
		     "{'id':'FR6','cso':'S','csp':'SUPER-CSP for all','status':'FRR','public_status':'FRR'},"
		     "{'id':' ','cso':'','csp':''},{},{'id':null,'status':''},{'id':'#N/A','csp':'#N/A'}"),
		&list);
	assert_int_equal(list.count, 2);
	assert_non_null(fedramp_list_find(&list, "FR1"));
	assert_non_null(fedramp_list_find(&list, "FR6"));
	assert_int_equal(list.invented, 4);
	assert_int_equal(list.blank, 4);
	fedramp_list_release(&list);
}

/* Their services are found by provider and name. */
static void services_whose_id_cannot_be_read(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'id':'FR1','cso':'S'},{'id':true,'cso':'T','csp':'P'},{'id':[1,2],'cso':'U'},"
		     "{'id':{'no':'id'},'cso':'V'},{'id':'#REF!','status':'FRR'},"
		     "{'id':12345678901234567890,'csp':'C'},{'id':null,'cso':'W'},{'cso':'X'}"),
		&list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.blank, 0);
	assert_int_equal(list.stranger_count, 7);
	assert_text(list.strangers[0].provider, "P");
	assert_text(list.strangers[0].name, "T");
	assert_null(list.strangers[3].name);
	assert_null(list.strangers[3].provider);
	fedramp_list_release(&list);
}

static void a_status_that_is_not_stated_is_counted(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(DATA("{'id':'FR1','cso':'S','status':null},{'id':'FR2','cso':'S','status':''},"
		       "{'id':'FR3','cso':'S'},{'id':'FR4','cso':'S','status':'FRR'},"
		       "{'id':'FR5','cso':'S','status':{}}"),
		  &list);
	assert_int_equal(list.without_status, 3);
	assert_int_equal(lost(&list, "status", NULL), 1);
	fedramp_list_release(&list);
}

static void repeated_ids(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		DATA("{'id':'FR1','cso':'S','reuse':1},{'id':'FR2','cso':'T'},"
		     "{'reuse':2,'cso':'S','id':' FR1'},{'id':'FR1','cso':'S'},{'id':'FR0','cso':'U'}"),
		&list);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.repeated, 2);
	assert_string_equal(list.services[0].id, "FR0");
	assert_text(find(&list, "FR1")->name, "S");
	assert_text(find(&list, "FR2")->name, "T");
	fedramp_list_release(&list);
	refused(DATA("{'id':'FR1','cso':'S'},{'id':'FR2','cso':'T'},{'id':'FR1','cso':'T'}"),
		"'FR1'");
	refused(DATA("{'id':'FR1','cso':'S','status':'FRR'},{'id':'FR1','cso':'S','status':'Authorized'}"),
		"'FR1'");
	refused(DATA("{'id':'FR1','cso':'S','cert_class':'Class B'},"
		     "{'id':'FR1','cso':'S','cert_class':'Class C'}"),
		"'FR1'");
	refused(DATA("{'id':'FR1','cso':'S','auth_date':'a'},{'id':'FR1','cso':'S','auth_date':'b'}"),
		"'FR1'");
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

static void services_that_other_tables_name(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		"{'data':{'Products':[{'id':'FR1','cso':'S','leveraged_systems':[{'id':'FR2'},{'id':'FR1'}]}],"
		"'Agencies':[{'name':'A','authorizations':[{'id':'FR3 '},{'id':'FR1'},{'id':'FAKE-1'}]}],"
		"'Assessors':[{'list':[{'id':'FR3'},{'id':''},{'name':'x'}]},{'list':[{'id':4}]}],"
		"'Filters':[{'list':[{'id':'FR9'}]}]}}",
		&list);
	assert_int_equal(list.missing, 3);
	fedramp_list_release(&list);
}

/* Six, and more than two of a hundred. */
static void a_list_that_was_cut_is_refused(void **state)
{
	_cleanup_json_ cJSON *root = json_of(
		"{'data':{'Products':[{'id':'FR0','cso':'S'}],'Agencies':[{'list':[{'id':'FR1'},"
		"{'id':'FR2'},{'id':'FR3'},{'id':'FR4'},{'id':'FR5'}]},{'list':[{'id':'FR5'}]}]}}");
	cJSON *table = cJSON_GetObjectItem(cJSON_GetObjectItem(root, "data"), "Agencies");
	cJSON *last = table->child->next->child->child;
	struct fedramp_list list;

	(void)state;
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), 0);
	assert_int_equal(list.missing, 5);
	fedramp_list_release(&list);
	cJSON_ReplaceItemInObject(last, "id", cJSON_CreateString("FR6"));
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), -EBADMSG);
	assert_non_null(strstr(list.refusal.sentence, "not whole"));
	fedramp_list_release(&list);
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, true, &list), 0);
	assert_int_equal(list.missing, 6);
	fedramp_list_release(&list);
}

static void products_that_only_products_json_names_refuse_nothing(void **state)
{
	struct fedramp_list list;

	(void)state;
	read_list(
		"{'data':{'Products':[{'fedramp_id':'FR0','cloud_service_offering':'S','leveraged_systems':["
		"{'id':'FR1'},{'id':'FR2'},{'id':'FR3'},{'id':'FR4'},{'id':'FR5'},{'id':'FR6'}]}]}}",
		&list);
	assert_int_equal(list.missing, 6);
	fedramp_list_release(&list);
}

/* No scan within a scan: a list of a million rows is read in a time that grows with it. */
static void many_rows_take_no_time(void **state)
{
	enum { ROWS = 60000 };
	_cleanup_json_ cJSON *root = json_of("{'data':{'Products':[]}}");
	cJSON *products = cJSON_GetObjectItem(cJSON_GetObjectItem(root, "data"), "Products");
	cJSON *last = NULL;
	struct fedramp_list list;
	int64_t begin;

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		cJSON *row = json_of("{'cso':'S','leveraged_systems':[{'id':''}],'status':''}");
		cJSON *named = cJSON_GetObjectItem(row, "leveraged_systems")->child;
		char id[32], text[32];

		(void)snprintf(id, sizeof(id), "FR%d", i % (ROWS / 2));
		cJSON_AddStringToObject(row, "id", id);
		(void)snprintf(text, sizeof(text), "Word %d", i % (ROWS / 2));
		cJSON_SetValuestring(cJSON_GetObjectItem(named, "id"), "");
		cJSON_ReplaceItemInObject(named, "id", cJSON_CreateString(text));
		cJSON_ReplaceItemInObject(row, "status", cJSON_CreateString(text));
		if (last) {
			last->next = row;
			row->prev = last;
		} else {
			products->child = row;
		}
		products->child->prev = row;
		last = row;
	}
	begin = monotonic_now();
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, true, &list), 0);
	print_message("%lld ms\n", (long long)(monotonic_now() - begin));
	assert_true(monotonic_now() - begin < 10000);
	assert_int_equal(list.count, ROWS / 2);
	assert_int_equal(list.missing, ROWS / 2);
	assert_true(list.losses.count < 200);
	fedramp_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_json),
		cmocka_unit_test(products_json),
		cmocka_unit_test(a_class_is_never_derived),
		cmocka_unit_test(times),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(invented_and_blank_rows_are_counted),
		cmocka_unit_test(services_whose_id_cannot_be_read),
		cmocka_unit_test(a_status_that_is_not_stated_is_counted),
		cmocka_unit_test(repeated_ids),
		cmocka_unit_test(a_value_that_is_no_date_differs_from_none),
		cmocka_unit_test(a_list_that_cannot_be_told_is_counted_once),
		cmocka_unit_test(other_types),
		cmocka_unit_test(words_that_nobody_knows),
		cmocka_unit_test(a_row_with_an_id_alone_says_nothing),
		cmocka_unit_test(services_that_other_tables_name),
		cmocka_unit_test(a_list_that_was_cut_is_refused),
		cmocka_unit_test(products_that_only_products_json_names_refuse_nothing),
		cmocka_unit_test(many_rows_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
