/* FedRAMP's real documents of 2026, where a checkout has them beside it: what each day's list and
 * changelog say. */
#include "fedramp_fixture.h"

#include <stdio.h>

#include "sources/fedramp/documents/list.h"
#include "sources/fedramp/documents/overview.h"
#include "sources/fedramp/verdict.h"
#include "util/buffer.h"
#include "util/text/text.h"

#define FOLDER "../shared/data/fedramp-2026/"

static cJSON *parse(struct buffer *bytes)
{
	cJSON *root;

	(void)text_defuse_json((unsigned char *)bytes->bytes, bytes->length);
	root = cJSON_Parse(bytes->bytes);
	assert_non_null(root);
	return root;
}

/* What a command writes. */
static cJSON *json_from(const char *command)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	FILE *pipe = popen(command, "r");
	char part[65536];
	size_t length;

	assert_non_null(pipe);
	while ((length = fread(part, 1, sizeof(part), pipe)) > 0)
		buffer_append(&bytes, part, length);
	assert_int_equal(pclose(pipe), 0);
	return parse(&bytes);
}

static cJSON *json_of_day(const char *name)
{
	_cleanup_free_ char *command = xasprintf("tar -xJOf " FOLDER "days.tar.xz '%s'", name);

	return json_from(command);
}

struct counts {
	size_t statuses[FEDRAMP_UNKNOWN + 1];
	size_t by_changelog, certified_before;
};

static void count(const struct fedramp_list *list, const struct fedramp_changelog *changelog,
		  struct counts *counts)
{
	const struct word *certified = fedramp_status_word(FEDRAMP_CERTIFIED);

	for (size_t i = 0; i < list->count; i++) {
		const struct fedramp_service *service = &list->services[i];
		const struct fedramp_history *history =
			fedramp_changelog_find(changelog, service->id);
		struct fedramp_verdict verdict;

		fedramp_judge(service, history, changelog->layout, NULL, &verdict);
		counts->statuses[verdict.status - fedramp_status_word(FEDRAMP_CERTIFIED)]++;
		counts->by_changelog += verdict.listed != NULL;
		/* Its latest row is another word, and yet it is certified. */
		counts->certified_before += history && history->count > 0 &&
					    verdict.status == certified &&
					    history->events[history->count - 1].to != certified;
	}
}

static const struct {
	const char *list, *changelog;
	size_t services, by_changelog;
	size_t certified, ready, agency, process, unknown;
} days[] = {
	{"2026-04-15T0226", "2026-04-15T0326", 640, 61, 504, 59, 59, 17, 1},
	{"2026-04-17T0226", "2026-04-17T0326", 641, 9, 504, 59, 62, 15, 1},
	{"2026-04-19T0226", "2026-04-19T0326", 642, 9, 504, 60, 62, 15, 1},
	{"2026-04-21T0226", "2026-04-21T0326", 642, 0, 507, 60, 57, 18, 0},
	{"2026-04-23T0226", "2026-04-23T0326", 642, 1, 509, 60, 57, 16, 0},
	{"2026-04-25T0226", "2026-04-25T0326", 640, 0, 509, 57, 56, 18, 0},
	{"2026-04-27T0226", "2026-04-27T0326", 640, 0, 509, 57, 56, 18, 0},
};

static void each_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		_cleanup_free_ char *list_name = xasprintf("%s.data.json", days[i].list);
		_cleanup_free_ char *changelog_name =
			xasprintf("%s.fedramp-status-changelog.json", days[i].changelog);
		_cleanup_json_ cJSON *list_root = json_of_day(list_name);
		_cleanup_json_ cJSON *changelog_root = json_of_day(changelog_name);
		struct fedramp_list list;
		struct fedramp_changelog changelog;
		struct counts counts = {0};

		print_message("%s\n", days[i].list);
		assert_int_equal(fedramp_list_read(list_root, FEDRAMP_NO_TIME, NULL, false, &list),
				 0);
		assert_int_equal(fedramp_changelog_read(changelog_root, NULL, &changelog), 0);
		assert_int_equal(changelog.layout, 1);
		assert_int_equal(list.losses.count + changelog.losses.count, 0);
		assert_int_equal(list.missing, 0);
		count(&list, &changelog, &counts);
		assert_int_equal(list.count, days[i].services);
		assert_int_equal(counts.by_changelog, days[i].by_changelog);
		assert_int_equal(counts.statuses[FEDRAMP_CERTIFIED], days[i].certified);
		assert_int_equal(counts.statuses[FEDRAMP_LEGACY_READY], days[i].ready);
		assert_int_equal(counts.statuses[FEDRAMP_AGENCY_IN_PROCESS], days[i].agency);
		assert_int_equal(counts.statuses[FEDRAMP_IN_PROCESS], days[i].process);
		assert_int_equal(counts.statuses[FEDRAMP_UNKNOWN], days[i].unknown);
		assert_int_equal(counts.certified_before, 12);
		fedramp_list_release(&list);
		fedramp_changelog_release(&changelog);
	}
}

static void the_export_is_refused(void **state)
{
	_cleanup_json_ cJSON *root = json_of_day("2026-05-29T1528.fedramp-products.json");
	struct fedramp_list list;

	(void)state;
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), -EBADMSG);
	assert_non_null(strstr(list.refusal.sentence, "damaged"));
	fedramp_list_release(&list);
}

static void the_later_layouts(void **state)
{
	_cleanup_json_ cJSON *second =
		json_from("cat " FOLDER "changelog-layout-2026-10-03.excerpt.json");
	_cleanup_json_ cJSON *third =
		json_from("cat " FOLDER "changelog-layout-2026-11-06.excerpt.json");
	struct fedramp_changelog changelog;
	_cleanup_free_ char *rows = NULL;

	(void)state;
	assert_int_equal(fedramp_changelog_read(second, NULL, &changelog), 0);
	assert_int_equal(changelog.layout, 2);
	assert_int_equal(changelog.event_count, 11);
	assert_int_equal(changelog.invented, 1);
	assert_int_equal(changelog.losses.count, 0);
	rows = fedramp_history_rows(fedramp_changelog_find(&changelog, "FR2631054539"));
	assert_text(rows, "2026-09-24\tin-process\tcertified\t20x\tprogram\ta\t2026-09-24");
	fedramp_changelog_release(&changelog);
	assert_int_equal(fedramp_changelog_read(third, NULL, &changelog), 0);
	assert_int_equal(changelog.layout, 3);
	assert_int_equal(changelog.event_count, 4);
	assert_int_equal(fedramp_changelog_find(&changelog, "F1206061350")->count, 2);
	fedramp_changelog_release(&changelog);
}

static void products_by_contract(void **state)
{
	_cleanup_json_ cJSON *root = json_from("cat " FOLDER "products-by-contract.SYNTHETIC.json");
	const struct fedramp_service *service;
	struct fedramp_list list;
	struct counts counts = {0};

	(void)state;
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), 0);
	assert_int_equal(list.shape, FEDRAMP_PRODUCTS);
	assert_int_equal(list.count, 24);
	assert_int_equal(list.losses.count, 0);
	count(&list, &(const struct fedramp_changelog){0}, &counts);
	assert_int_equal(counts.statuses[FEDRAMP_CERTIFIED], 14);
	assert_int_equal(counts.statuses[FEDRAMP_IN_REMEDIATION], 1);
	assert_int_equal(counts.statuses[FEDRAMP_LEGACY_READY], 4);
	assert_int_equal(counts.statuses[FEDRAMP_INITIAL_IMPLEMENTATION], 1);
	assert_int_equal(counts.statuses[FEDRAMP_AGENCY_IN_PROCESS], 2);
	assert_int_equal(counts.statuses[FEDRAMP_DELISTED], 1);
	assert_int_equal(counts.statuses[FEDRAMP_UNKNOWN], 1);
	service = fedramp_list_find(&list, "FR1818161169");
	assert_non_null(service);
	assert_text(service->built_on_it, "FR1825941347A");
	fedramp_list_release(&list);
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

static void a_package_overview(void **state)
{
	_cleanup_json_ cJSON *root = json_from("cat " FOLDER "package-overview.excerpt.json");
	const struct fedramp_overview *overview;
	struct fedramp_overviews overviews;

	(void)state;
	assert_int_equal(fedramp_overviews_read(root, NULL, &overviews), 0);
	assert_int_equal(overviews.count, 2);
	assert_int_equal(overviews.losses.count, 0);
	overview = find(&overviews, "FR2434554673");
	assert_text(
		overview->certified_services,
		"AIP\nApollo\nApollo Agent\nFoundry\nGotham\nGotham Thick Client\nPalantir Data Connector");
	assert_text(overview->next_report_on, "2026-10-20");
	overview = find(&overviews, "FR2628650874");
	assert_text(overview->builds_on, "F1603047324");
	assert_text(overview->trust_center, "https://gov.tarly.co/trust/");
	fedramp_overviews_release(&overviews);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_day),	      cmocka_unit_test(the_export_is_refused),
		cmocka_unit_test(the_later_layouts),  cmocka_unit_test(products_by_contract),
		cmocka_unit_test(a_package_overview),
	};

	if (access(FOLDER "days.tar.xz", R_OK) != 0) {
		printf("skip - FedRAMP's documents of 2026: " FOLDER " is not there\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
