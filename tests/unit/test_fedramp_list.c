/* The promises of sync/sources/fedramp/documents/list.h: the whole list. */
#include "fedramp_list_fixture.h"

#include "common/timestamp.h"

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
		cmocka_unit_test(times),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(invented_and_blank_rows_are_counted),
		cmocka_unit_test(services_whose_id_cannot_be_read),
		cmocka_unit_test(a_status_that_is_not_stated_is_counted),
		cmocka_unit_test(repeated_ids),
		cmocka_unit_test(services_that_other_tables_name),
		cmocka_unit_test(a_list_that_was_cut_is_refused),
		cmocka_unit_test(products_that_only_products_json_names_refuse_nothing),
		cmocka_unit_test(many_rows_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
