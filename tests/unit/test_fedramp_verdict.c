/* The promises of sync/sources/fedramp/verdict.h. */
#include "fedramp_fixture.h"

#include <stdio.h>

#include "sources/fedramp/documents/list.h"
#include "sources/fedramp/verdict.h"

/* A service and what the changelog has of it. */
struct documents {
	struct fedramp_list list;
	struct fedramp_changelog changelog;
};

static void documents_release(struct documents *documents)
{
	fedramp_list_release(&documents->list);
	fedramp_changelog_release(&documents->changelog);
}

#define _cleanup_documents_ __attribute__((cleanup(documents_release)))

static void read_list(struct documents *documents, const char *status, const char *members)
{
	_cleanup_free_ char *text = xasprintf(
		"{'data':{'Products':[{'fedramp_id':'FR1','cloud_service_offering':'S','status':'%s'%s}]}}",
		status, members);
	_cleanup_json_ cJSON *root = json_of(text);

	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &documents->list),
			 0);
}

/* rows: "from>to" a day, separated by semicolons. */
static void read_rows(struct documents *documents, const char *rows)
{
	_cleanup_buffer_ struct buffer text = {0};
	_cleanup_free_ char *copy = xstrdup(rows);
	_cleanup_json_ cJSON *root = NULL;
	char *rest = NULL;
	int day = 0;

	for (char *row = strtok_r(copy, ";", &rest); row; row = strtok_r(NULL, ";", &rest)) {
		char *to = strchr(row, '>');

		assert_non_null(to);
		*to++ = '\0';
		buffer_printf(&text,
			      "%s{'product_id':'FR1','from_status':'%s','to_status':'%s',"
			      "'transition_date':'2026-01-%02d'}",
			      day > 0 ? "," : "", row, to, day + 1);
		day++;
	}
	root = json_with("{'data':{'certprocessstatuschangelog':[%s]}}", text.bytes);
	assert_int_equal(fedramp_changelog_read(root, NULL, &documents->changelog), 0);
}

/* former: NULL where the changelog is of this pull. */
static void judge(struct documents *documents, const struct fedramp_decided *former,
		  struct fedramp_verdict *verdict)
{
	const struct fedramp_service *service =
		documents->list.count > 0 ? fedramp_list_find(&documents->list, "FR1") : NULL;

	fedramp_judge(service, fedramp_changelog_find(&documents->changelog, "FR1"),
		      documents->changelog.layout, former, verdict);
}

static const struct fedramp_decided nothing = {0};

static const struct {
	const char *listed, *rows;
	const char *status, *source, *other;
} later[] = {
	/* They agree, in old words and new. */
	{"FedRAMP Authorized", "PMO Review>FedRAMP Certified", "certified", "FedRAMP Authorized",
	 NULL},
	/* Remediation and delisting, which data.json hides. */
	{"FedRAMP Authorized", "PMO Review>Authorized;Authorized>Remediation",
	 "certified-in-remediation", "Remediation", NULL},
	{"FedRAMP Authorized", "PMO Review>Authorized;Authorized>No Status Found (Delisted)",
	 "delisted", "No Status Found (Delisted)", NULL},
	{"FedRAMP Ready", ">FRR;FRR>Delisted", "delisted", "Delisted", NULL},
	{"FedRAMP Certified (In Remediation)", "Remediation>Delisted", "delisted", "Delisted",
	 NULL},
	/* A review, of another certification, takes neither away. */
	{"FedRAMP Authorized", "Authorized>Remediation;>FRR", "certified-in-remediation",
	 "Remediation", "legacy-ready"},
	{"FedRAMP Authorized", "Authorized>Delisted;FRR>PMO Review", "delisted", "Delisted",
	 "in-process"},
	{"FedRAMP Authorized", "Authorized>Delisted;PMO Review>Authorized", "delisted", "Delisted",
	 "certified"},
	/* A row out of just that state does. */
	{"FedRAMP Authorized", "Authorized>Remediation;Remediation>FedRAMP Certified", "certified",
	 "FedRAMP Authorized", NULL},
	{"FedRAMP Certified (In Remediation)",
	 "Authorized>Remediation;Remediation>FedRAMP Certified", "certified", "FedRAMP Certified",
	 NULL},
	{"FedRAMP Ready", "FRR>Delisted;Delisted>FRR", "legacy-ready", "FedRAMP Ready", NULL},
	{"FedRAMP In Process", "FRR>Delisted;Delisted>FRR", "in-process", "FedRAMP In Process",
	 "legacy-ready"},
	/* The list is a step ahead. */
	{"Delisted", "Authorized>Remediation", "delisted", "Delisted", "certified-in-remediation"},
	{"Delisted", "PMO Review>Authorized", "delisted", "Delisted", "certified"},
	/* A certification before the list has it. */
	{"FedRAMP In Process", "PMO Review>FedRAMP Certified", "certified", "FedRAMP Certified",
	 NULL},
	{"Agency In Process", "Ageny In Process>FedRAMP Certified", "certified",
	 "FedRAMP Certified", NULL},
	{"FedRAMP Ready", ">FRR;FRR>PMO Review;FedRAMP In Process>FedRAMP Certified", "certified",
	 "FedRAMP Certified", NULL},
	/* Out of another state: another certification, which the list doesn't show. */
	{"Agency In Process",
	 "Initial Program Review>Final Program Review;>Agency Review;Final Program Review>Authorized",
	 "agency-in-process", "Agency In Process", "certified"},
	{"FedRAMP Ready", ">FRR;Final Program Review>Authorized", "legacy-ready", "FedRAMP Ready",
	 "certified"},
	{"FedRAMP Ready", ">FRR;>PMO Review;PMO Review>Authorized", "legacy-ready", "FedRAMP Ready",
	 "certified"},
	/* A review after a certification takes nothing away. */
	{"FedRAMP Authorized",
	 "PMO Review>Authorized;FedRAMP Certified>Agency Review;Agency Review>PMO Review",
	 "certified", "FedRAMP Authorized", "in-process"},
	{"FedRAMP Authorized", ">Initial Implementation", "certified", "FedRAMP Authorized",
	 "initial-implementation"},
	{"FedRAMP In Process", "PMO Review>Authorized;>Initial Implementation", "certified",
	 "Authorized", "initial-implementation"},
	/* But here the changelog, too, says after it what the list says. */
	{"FedRAMP In Process", "PMO Review>Authorized;Authorized>PMO Review", "in-process",
	 "FedRAMP In Process", NULL},
	{"FedRAMP Ready", ">FRR;FRR>Authorized;Authorized>FRR;>PMO Review", "legacy-ready",
	 "FedRAMP Ready", "in-process"},
	/* A review never changes the list's word. */
	{"FedRAMP Ready", "FRR>PMO Review", "legacy-ready", "FedRAMP Ready", "in-process"},
	{"FedRAMP Ready", "FRR>No Status Found", "legacy-ready", "FedRAMP Ready", "unknown"},
	{"FedRAMP Authorized", "Authorized>Suspended", "certified", "FedRAMP Authorized",
	 "unknown"},
	/* FedRAMP's own Unknown is a state; a word that nobody knows isn't one. */
	{"Unknown", "No Status Found>FedRAMP Certified", "certified", "FedRAMP Certified", NULL},
	{"FedRAMP Suspended", "No Status Found>FedRAMP Certified", "unknown", "FedRAMP Suspended",
	 "certified"},
	{"FedRAMP Suspended", "Authorized>Suspended;Suspended>FedRAMP Certified", "unknown",
	 "FedRAMP Suspended", "certified"},
	{"", "No Status Found>FedRAMP Certified", "unknown", NULL, "certified"},
	{"FedRAMP Suspended", "Authorized>Delisted", "delisted", "Delisted", NULL},
	/* A row to a word that nobody knows leads out of nothing. */
	{"FedRAMP Authorized", "Authorized>Delisted;Delisted>Suspended", "delisted", "Delisted",
	 "unknown"},
	{"FedRAMP Authorized", "Authorized>Remediation;Remediation>Suspended",
	 "certified-in-remediation", "Remediation", "unknown"},
};

static void later_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		_cleanup_documents_ struct documents documents = {0};
		const struct word *listed;
		struct fedramp_verdict verdict;

		print_message("%zu: %s, %s\n", i, later[i].listed, later[i].rows);
		read_list(&documents, later[i].listed, "");
		read_rows(&documents, later[i].rows);
		judge(&documents, NULL, &verdict);
		assert_string_equal(verdict.status->word, later[i].status);
		assert_text(verdict.status_source, later[i].source);
		assert_text(verdict.other ? verdict.other->word : NULL, later[i].other);
		listed = fedramp_list_find(&documents.list, "FR1")->status;
		assert_ptr_equal(verdict.listed, verdict.status != listed ? listed : NULL);
		assert_text(verdict.delisted_basis,
			    strcmp(later[i].status, "delisted") == 0 ? "stated" : NULL);
	}
}

static void the_first_layout(void **state)
{
	static const struct {
		const char *listed, *current, *rows;
		const char *status, *source, *other;
	} cases[] = {
		{"FedRAMP Authorized", "Authorized", "'PMO Review'", "certified",
		 "FedRAMP Authorized", NULL},
		{"FedRAMP In Process", "Authorized", "'PMO Review'", "certified", "Authorized",
		 NULL},
		{"FedRAMP Authorized", "PMO Review", "'Authorized'", "in-process", "PMO Review",
		 NULL},
		{"FedRAMP Authorized", "Remediation", "'Authorized'", "certified-in-remediation",
		 "Remediation", NULL},
		{"FedRAMP Authorized", "No Status Found (Delisted)", "'Authorized'", "delisted",
		 "No Status Found (Delisted)", NULL},
		{"FedRAMP Authorized", "No Status Found", "'Authorized'", "unknown",
		 "No Status Found", NULL},
		/* A word that nobody knows makes no certified service unknown. */
		{"FedRAMP Authorized", "Suspended", "'Authorized'", "certified",
		 "FedRAMP Authorized", "unknown"},
		{"FedRAMP Authorized", "", "'Remediation'", "certified", "FedRAMP Authorized",
		 NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_documents_ struct documents documents = {0};
		_cleanup_free_ char *text =
			xasprintf("{'products':{'FR1':{'current_status':'%s','statuses':"
				  "[{'status_name':%s,'start_date':'2026-01-01'}]}}}",
				  cases[i].current, cases[i].rows);
		_cleanup_json_ cJSON *root = json_of(text);
		struct fedramp_verdict verdict;

		print_message("%zu: %s, %s\n", i, cases[i].listed, cases[i].current);
		read_list(&documents, cases[i].listed, "");
		assert_int_equal(fedramp_changelog_read(root, NULL, &documents.changelog), 0);
		judge(&documents, NULL, &verdict);
		assert_string_equal(verdict.status->word, cases[i].status);
		assert_text(verdict.status_source, cases[i].source);
		/* Its rows are events only: none is a word that wasn't taken. */
		assert_text(verdict.other ? verdict.other->word : NULL, cases[i].other);
	}
}

static void a_changelog_of_before_decides_nothing(void **state)
{
	_cleanup_documents_ struct documents documents = {0};
	struct fedramp_verdict verdict;

	(void)state;
	read_list(&documents, "FedRAMP Authorized", "");
	read_rows(&documents, "PMO Review>Authorized;Authorized>Delisted");
	judge(&documents, &nothing, &verdict);
	assert_string_equal(verdict.status->word, "certified");
	assert_null(verdict.listed);
	assert_null(verdict.other);
	assert_null(verdict.delisted_basis);
}

/* What it decided before holds until the list says something else. */
static void an_absent_changelog_leaves_its_word(void **state)
{
	static const struct {
		const char *now, *status, *source, *listed, *other;
	} cases[] = {
		{"FedRAMP Authorized", "delisted", "Delisted", "certified", "in-process"},
		{"FedRAMP Certified", "delisted", "Delisted", "certified", "in-process"},
		{"FedRAMP Ready", "legacy-ready", "FedRAMP Ready", NULL, "in-process"},
		{"FedRAMP In Process", "in-process", "FedRAMP In Process", NULL, NULL},
	};
	const struct fedramp_decided former = {
		.status = fedramp_status_word(FEDRAMP_DELISTED),
		.status_source = "Delisted",
		.listed = fedramp_status_word(FEDRAMP_CERTIFIED),
		.other = fedramp_status_word(FEDRAMP_IN_PROCESS),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_documents_ struct documents documents = {0};
		struct fedramp_verdict verdict;

		print_message("%s\n", cases[i].now);
		read_list(&documents, cases[i].now, "");
		judge(&documents, &former, &verdict);
		assert_string_equal(verdict.status->word, cases[i].status);
		assert_text(verdict.status_source, cases[i].source);
		assert_text(verdict.listed ? verdict.listed->word : NULL, cases[i].listed);
		assert_text(verdict.other ? verdict.other->word : NULL, cases[i].other);
	}
}

static void a_service_without_a_changelog(void **state)
{
	_cleanup_documents_ struct documents documents = {0};
	struct fedramp_verdict verdict;

	(void)state;
	read_list(&documents, "FedRAMP Authorized", "");
	judge(&documents, NULL, &verdict);
	assert_string_equal(verdict.status->word, "certified");
	assert_null(verdict.other);
	assert_null(verdict.class);
}

static void what_is_not_listed(void **state)
{
	static const struct {
		const char *rows, *basis, *day;
	} cases[] = {
		{"Authorized>Delisted", "stated", "2026-01-01"},
		{"Delisted>FRR;FRR>Delisted;Delisted>Delisted", "stated", "2026-01-03"},
		{"Authorized>Delisted;Delisted>FRR", "absent", NULL},
		{"PMO Review>Authorized", "absent", NULL},
		{"No Status Found>Authorized", "absent", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_documents_ struct documents documents = {0};
		struct fedramp_verdict verdict;

		print_message("%s\n", cases[i].rows);
		read_rows(&documents, cases[i].rows);
		judge(&documents, NULL, &verdict);
		assert_text(verdict.delisted_basis, cases[i].basis);
		assert_text(verdict.delisted_on, cases[i].day);
		/* Nothing but the end of a service is taken from the changelog alone. */
		assert_string_equal(verdict.status->word, cases[i].day ? "delisted" : "unknown");
		judge(&documents, &nothing, &verdict);
		assert_text(verdict.delisted_basis, "absent");
		assert_string_equal(verdict.status->word, "unknown");
	}
}

static const char *word_of(const struct word *word)
{
	return word ? word->word : NULL;
}

/* Type, path and class are the list's, else those of the row that made the status. */
static void type_path_and_class(void **state)
{
	static const char rows[] =
		"{'product_id':'FR1','cert_type':'Rev5','cert_path':'Agency','cert_class':'Class C',"
		"'to_status':'Authorized','transition_date':'2026-01-01'},"
		"{'product_id':'FR1','cert_type':'Rev5','cert_path':'Agency','cert_class':'Class D',"
		"'to_status':'Remediation','transition_date':'2026-01-02'},"
		"{'product_id':'FR1','cert_type':'20x','cert_path':'Program','cert_class':'Class B',"
		"'to_status':'Initial Implementation','transition_date':'2026-01-03'}";
	static const struct {
		const char *listed, *members;
		const char *type, *path, *class;
	} cases[] = {
		{"FedRAMP Certified", "", "rev5", "agency", "d"},
		{"FedRAMP Certified", ",'cert_path':'JAB','cert_class':'Class D'", "rev5", "jab",
		 "d"},
		{"Initial Implementation", "", "20x", "program", "b"},
		{"FedRAMP Ready", "", "20x", "program", "b"},
		{"FedRAMP Certified (In Remediation)", "", "rev5", "agency", "d"},
		{"FedRAMP Certified", ",'cert_class':'Unknown'", "rev5", "agency", "d"},
		{"FedRAMP Certified", ",'cert_type':'20x','cert_class':'Unknown'", "20x", NULL,
		 NULL},
		{"FedRAMP Certified", ",'cert_class':'Class E'", "rev5", "agency", "unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_documents_ struct documents documents = {0};
		_cleanup_json_ cJSON *root =
			json_with("{'data':{'certprocessstatuschangelog':[%s]}}", rows);
		struct fedramp_verdict verdict;

		print_message("%s %s\n", cases[i].listed, cases[i].members);
		read_list(&documents, cases[i].listed, cases[i].members);
		assert_int_equal(fedramp_changelog_read(root, NULL, &documents.changelog), 0);
		/* It decides nothing, but its facts are known. */
		judge(&documents, &nothing, &verdict);
		assert_text(word_of(verdict.type), cases[i].type);
		assert_text(word_of(verdict.path), cases[i].path);
		assert_text(word_of(verdict.class), cases[i].class);
	}
}

/* A list that tells remediation before the changelog does. */
static void remediation_has_the_class_of_its_certification(void **state)
{
	_cleanup_documents_ struct documents documents = {0};
	_cleanup_json_ cJSON *root = json_of(
		"{'data':{'certprocessstatuschangelog':["
		"{'product_id':'FR1','cert_class':'Class C','to_status':'Authorized','transition_date':'2026-01-01'},"
		"{'product_id':'FR1','cert_class':'Class B','to_status':'FRR','transition_date':'2026-01-02'}]}}");
	struct fedramp_verdict verdict;

	(void)state;
	read_list(&documents, "FedRAMP Certified (In Remediation)", "");
	assert_int_equal(fedramp_changelog_read(root, NULL, &documents.changelog), 0);
	judge(&documents, NULL, &verdict);
	assert_string_equal(verdict.status->word, "certified-in-remediation");
	assert_string_equal(verdict.class->word, "c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_layouts),
		cmocka_unit_test(the_first_layout),
		cmocka_unit_test(a_changelog_of_before_decides_nothing),
		cmocka_unit_test(an_absent_changelog_leaves_its_word),
		cmocka_unit_test(a_service_without_a_changelog),
		cmocka_unit_test(what_is_not_listed),
		cmocka_unit_test(type_path_and_class),
		cmocka_unit_test(remediation_has_the_class_of_its_certification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
