/* The promises of sync/sources/fedramp/documents/changelog.h. */
#include "fedramp_fixture.h"

#include "sources/fedramp/documents/changelog.h"
#include "common/timestamp.h"

#define ROWS(rows) \
	"{'metadata':{'export_timestamp':'2026-10-03T19:59:30.518Z'}," \
	"'data':{'certprocessstatuschangelog':[" rows "]}}"

static void read_changelog(const char *text, struct fedramp_changelog *changelog)
{
	_cleanup_json_ cJSON *root = json_of(text);
	int r = fedramp_changelog_read(root, NULL, changelog);

	if (r < 0)
		print_message("%s\n", changelog->refusal.sentence);
	assert_int_equal(r, 0);
}

static const struct fedramp_history *find(const struct fedramp_changelog *changelog, const char *id)
{
	const struct fedramp_history *history = fedramp_changelog_find(changelog, id);

	if (!history)
		print_message("no history of '%s'\n", id);
	assert_non_null(history);
	return history;
}

static void assert_rows(const struct fedramp_changelog *changelog, const char *id,
			const char *expected)
{
	_cleanup_free_ char *rows = fedramp_history_rows(find(changelog, id));

	assert_text(rows, expected);
}

static void the_first_layout(void **state)
{
	struct fedramp_changelog changelog;
	char text[TIMESTAMP_TEXT_SIZE];

	(void)state;
	read_changelog("{'metadata':{'export_timestamp':'2026-04-29T03:26:52.404Z'},'products':{"
		       "'FR2 ':{'current_status':'Authorized','statuses':["
		       "{'status_name':'PMO Review','start_date':'2015-07-27T04:00:00.000Z'},"
		       "{'status_name':'JAB Review','start_date':'2012-06-14T04:00:00.000Z'},"
		       "{'status_name':'Authorized','start_date':'2013-01-31T05:00:00.000Z'}]},"
		       "'FR1':{'current_status':'No Status Found (Delisted)','statuses':[]},"
		       "'FAKE-1':{'current_status':'FRR','statuses':[]},"
		       "'':{'current_status':'FRR'}}}",
		       &changelog);
	assert_int_equal(changelog.layout, 1);
	assert_true(changelog.states_time);
	timestamp_format(changelog.exported_at, text);
	assert_string_equal(text, "2026-04-29T03:26:52Z");
	assert_int_equal(changelog.count, 2);
	assert_int_equal(changelog.invented, 1);
	assert_int_equal(changelog.blank, 1);
	assert_string_equal(find(&changelog, "FR2")->current->word, "certified");
	assert_text(find(&changelog, "FR2")->current_source, "Authorized");
	assert_rows(&changelog, "FR2",
		    "2012-06-14\t\tin-process\t\t\t\t\n"
		    "2013-01-31\t\tcertified\t\t\t\t\n"
		    "2015-07-27\t\tin-process\t\t\t\t");
	assert_string_equal(find(&changelog, "FR1")->current->word, "delisted");
	assert_rows(&changelog, "FR1", NULL);
	assert_null(fedramp_changelog_find(&changelog, "FR3"));
	fedramp_changelog_release(&changelog);
}

static void the_second_layout(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		ROWS("{'unique_id':'2','product_id':'FR1','csp':'Q','cso':'New name','cert_type':'Rev5',"
		     "'cert_path':'JAB','cert_class':'Class C','from_status':'JAB Review',"
		     "'to_status':'Authorized','transition_date':'2013-08-23T04:00:00.000Z',"
		     "'recorded_date':'2026-04-22T18:26:43.593Z','source':'migration','comments':''},"
		     "{'unique_id':'1','product_id':'FR1','csp':'P','cso':'Old name','cert_type':'Rev5',"
		     "'cert_path':'JAB','cert_class':'Class C','from_status':'',"
		     "'to_status':'JAB Review','transition_date':'2012-07-19T04:00:00.000Z',"
		     "'recorded_date':'2026-04-22T18:26:43.593Z'},"
		     "{'product_id':'FR2','csp':'SUPER-CSP','cso':'SuperFile','to_status':'Delisted'},"
		     "{'product_id':'','csp':'P','to_status':'Delisted'}"),
		&changelog);
	assert_int_equal(changelog.layout, 2);
	assert_int_equal(changelog.count, 1);
	assert_int_equal(changelog.invented, 1);
	assert_int_equal(changelog.blank, 1);
	assert_rows(&changelog, "FR1",
		    "2012-07-19\t\tin-process\trev5\tjab\tc\t2026-04-22\n"
		    "2013-08-23\tin-process\tcertified\trev5\tjab\tc\t2026-04-22");
	assert_text(find(&changelog, "FR1")->name, "New name");
	assert_text(find(&changelog, "FR1")->provider, "Q");
	assert_text(find(&changelog, "FR1")->events[1].to_source, "Authorized");
	assert_null(find(&changelog, "FR1")->current);
	fedramp_changelog_release(&changelog);
}

static void the_third_layout(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		ROWS("{'unique_id':'1','product_id':'FR1','cert_type':'20x','cert_path':'20x',"
		     "'cert_class':'Class A','from_status':'FedRAMP In Process',"
		     "'to_status':'FedRAMP Certified','transition_date':'2026-09-24T04:00:00.000Z',"
		     "'recorded_date':'2026-09-28T04:00:00.000Z'}"),
		&changelog);
	assert_int_equal(changelog.layout, 3);
	assert_rows(&changelog, "FR1", "2026-09-24\tin-process\tcertified\t20x\t\ta\t2026-09-28");
	assert_null(find(&changelog, "FR1")->name);
	fedramp_changelog_release(&changelog);
}

/* By day, then as recorded, then as they stand; what has no day is the newest. */
static void events_are_in_order(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		ROWS("{'product_id':'FR1','to_status':'Delisted','transition_date':'unknown'},"
		     "{'product_id':'FR1','to_status':'PMO Review','transition_date':'2026-02-01','recorded_date':'2026-03-02'},"
		     "{'product_id':'FR1','to_status':'FRR','transition_date':'2026-02-01','recorded_date':'2026-03-01'},"
		     "{'product_id':'FR1','to_status':'Authorized','transition_date':'2026-02-01','recorded_date':'2026-03-02'},"
		     "{'product_id':'FR1','to_status':'Agency Review','transition_date':'1/31/2026','recorded_date':'2026-05-01'}"),
		&changelog);
	assert_rows(&changelog, "FR1",
		    "2026-01-31\t\tagency-in-process\t\t\t\t2026-05-01\n"
		    "2026-02-01\t\tlegacy-ready\t\t\t\t2026-03-01\n"
		    "2026-02-01\t\tin-process\t\t\t\t2026-03-02\n"
		    "2026-02-01\t\tcertified\t\t\t\t2026-03-02\n"
		    "\t\tdelisted\t\t\t\t");
	fedramp_changelog_release(&changelog);
}

/* Two reviews of one day have one word here, and old rows were rewritten. */
static void the_same_row_again_is_no_event(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		"{'products':{'FR1':{'current_status':'Authorized','statuses':["
		"{'status_name':'Initial Program Review','start_date':'2025-11-24T05:00:00.000Z'},"
		"{'status_name':'Final Program Review','start_date':'2025-11-24T05:00:00.000Z'},"
		"{'status_name':'Final Program Review','start_date':'2025-11-25T05:00:00.000Z'}]}}}",
		&changelog);
	assert_rows(&changelog, "FR1",
		    "2025-11-24\t\tin-process\t\t\t\t\n2025-11-25\t\tin-process\t\t\t\t");
	fedramp_changelog_release(&changelog);
}

static void the_former_name_of_type_or_path(void **state)
{
	static const struct {
		const char *members, *expected;
	} cases[] = {
		{"'auth_path':'Rev5'", "\t\tcertified\trev5\t\t\t"},
		{"'auth_path':'Agency'", "\t\tcertified\t\tagency\t\t"},
		{"'auth_path':'Rev5','cert_path':'Agency'", "\t\tcertified\trev5\tagency\t\t"},
		{"'auth_path':'20x','cert_path':'Program'", "\t\tcertified\t20x\tprogram\t\t"},
		{"'auth_path':'JAB','cert_path':'Agency','cert_type':'Rev5'",
		 "\t\tcertified\trev5\tagency\t\t"},
		{"'cert_path':'20x','cert_type':'20x'", "\t\tcertified\t20x\t\t\t"},
		{"'cert_path':'Unknown','cert_class':'Unknown','cert_type':''",
		 "\t\tcertified\t\t\t\t"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fedramp_changelog changelog;
		_cleanup_free_ char *text = xasprintf(
			"{'data':{'certprocessstatuschangelog':[{'product_id':'FR1','to_status':'Authorized',%s}]}}",
			cases[i].members);

		print_message("%s\n", cases[i].members);
		read_changelog(text, &changelog);
		assert_rows(&changelog, "FR1", cases[i].expected);
		assert_int_equal(changelog.losses.count, 0);
		fedramp_changelog_release(&changelog);
	}
}

static size_t lost(const struct fedramp_changelog *changelog, const char *member)
{
	for (size_t i = 0; i < changelog->losses.count; i++)
		if (strcmp(changelog->losses.rows[i].member, member) == 0)
			return changelog->losses.rows[i].services;
	return 0;
}

static void what_cannot_be_read_is_counted(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		ROWS("{'product_id':5,'to_status':'Suspended','transition_date':20260101},"
		     "{'product_id':5,'to_status':'FRR','from_status':{},'cert_class':'Class E'},"
		     "{'product_id':5,'to_status':''},{'product_id':5,'to_status':7},"
		     "{'product_id':true,'to_status':'FRR'},3"),
		&changelog);
	assert_int_equal(find(&changelog, "5")->count, 3);
	assert_string_equal(find(&changelog, "5")->events[0].to->word, "unknown");
	assert_text(find(&changelog, "5")->events[0].to_source, "Suspended");
	assert_int_equal(lost(&changelog, "to_status"), 1);
	assert_int_equal(lost(&changelog, "transition_date"), 1);
	assert_int_equal(lost(&changelog, "from_status"), 1);
	assert_int_equal(lost(&changelog, "cert_class"), 1);
	assert_int_equal(lost(&changelog, "product_id"), 2);
	assert_int_equal(changelog.blank, 0);
	fedramp_changelog_release(&changelog);
}

/* In the first layout: one status instead of a list of them, and what nobody can read. */
static void members_of_another_type(void **state)
{
	struct fedramp_changelog changelog;

	(void)state;
	read_changelog(
		"{'products':{"
		"'9100000052':{'current_status':'Authorized','statuses':{'status_name':'FRR','start_date':'2020-01-01'}},"
		"'FR2':{'current_status':'Authorized','statuses':'FRR'},"
		"'FR3':{'current_status':'Authorized','statuses':{'a':{'status_name':'FRR'}}},"
		"'FR4':{'current_status':'Authorized','statuses':['FRR',{'status_name':'FRR','start_date':'2020-01-01'}]},"
		"'FR5':{'current_status':'Authorized','statuses':null},"
		"'FR6':'Authorized'}}",
		&changelog);
	assert_int_equal(changelog.rewritten, 1);
	assert_rows(&changelog, "FR9100000052", "2020-01-01\t\tlegacy-ready\t\t\t\t");
	assert_rows(&changelog, "FR4", "2020-01-01\t\tlegacy-ready\t\t\t\t");
	assert_int_equal(find(&changelog, "FR2")->count, 0);
	assert_int_equal(find(&changelog, "FR3")->count, 0);
	assert_int_equal(lost(&changelog, "statuses"), 3);
	assert_int_equal(lost(&changelog, "products"), 1);
	assert_null(fedramp_changelog_find(&changelog, "FR6"));
	fedramp_changelog_release(&changelog);
}

static void refused(const char *text, const char *why)
{
	_cleanup_json_ cJSON *root = json_of(text);
	struct fedramp_changelog changelog;

	assert_int_equal(fedramp_changelog_read(root, NULL, &changelog), -EBADMSG);
	print_message("%s\n", changelog.refusal.sentence);
	assert_non_null(strstr(changelog.refusal.sentence, why));
	fedramp_changelog_release(&changelog);
}

static void what_is_none_is_refused(void **state)
{
	(void)state;
	refused("{}", "not FedRAMP's status changelog");
	refused("{'products':[{'id':'FR1'}]}", "not FedRAMP's status changelog");
	refused("{'data':{'Products':[{'id':'FR1'}]}}", "not FedRAMP's status changelog");
	refused(ROWS(""), "without an event");
	refused("{'products':{}}", "without an event");
	refused("{'metadata':{'export_timestamp':'soon'},'products':{'FR1':{'current_status':'FRR'}}}",
		"not a time");
	refused("{'products':{'FR1':{'current_status':'FRR'},'FR1 ':{'current_status':'Authorized'}}}",
		"'FR1'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_layout),
		cmocka_unit_test(the_second_layout),
		cmocka_unit_test(the_third_layout),
		cmocka_unit_test(events_are_in_order),
		cmocka_unit_test(the_same_row_again_is_no_event),
		cmocka_unit_test(the_former_name_of_type_or_path),
		cmocka_unit_test(what_cannot_be_read_is_counted),
		cmocka_unit_test(members_of_another_type),
		cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
