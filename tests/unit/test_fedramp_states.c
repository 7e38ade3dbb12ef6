/* Which document states which fact: what is told when a publication has another shape depends on
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sources/fedramp/kinds.h"
#include "stage/table.h"
#include "vocabulary.h"

static const struct {
	int field;
	bool data, products, changelog, overview;
} facts[] = {
	{FIELD_NAME, true, true, false, false},
	{FIELD_STATUS, true, true, true, false},
	{FIELD_CERTIFICATION_PATH, true, true, true, false},
	{FIELD_CLASS, false, true, true, false},
	{FIELD_CERTIFICATION_TYPE, false, true, true, false},
	{FIELD_PHASE, false, true, false, false},
	{FIELD_UNDER_CORRECTIVE_ACTION_PLAN, false, true, false, false},
	{FIELD_CORRECTIVE_ACTION_PLAN_ON, false, true, false, false},
	{FIELD_READY_ON, true, false, false, false},
	{FIELD_IN_PROCESS_OFFICE_ON, true, false, false, false},
	{FIELD_URL, true, false, false, false},
	{FIELD_EVENTS, false, false, true, false},
	{FIELD_STATUS_CHANGELOG, false, false, true, false},
	{FIELD_STATUS_LIST, false, false, true, false},
	{FIELD_PACKAGE_OVERVIEW, false, false, false, true},
	{FIELD_NEXT_REPORT_ON, false, false, false, true},
	{FIELD_TRUST_CENTER, false, true, false, true},
	{FIELD_CERTIFIED_SERVICES_TABLE, false, true, false, true},
};

static void each_fact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		int field = facts[i].field;

		print_message("field %d\n", field);
		assert_int_equal(fedramp_states(DOCUMENT_LIST, FEDRAMP_DATA_SHAPE, field),
				 facts[i].data);
		assert_int_equal(fedramp_states(DOCUMENT_LIST, FEDRAMP_PRODUCTS_SHAPE, field),
				 facts[i].products);
		assert_int_equal(fedramp_states(FEDRAMP_CHANGELOG_ROLE, "changelog-3", field),
				 facts[i].changelog);
		assert_int_equal(fedramp_states(FEDRAMP_OVERVIEW_ROLE, "overview", field),
				 facts[i].overview);
	}
}

static void columns_of_tables(void **state)
{
	_cleanup_buffer_ struct buffer text = {0};
	const struct table_column *columns = table_columns(FIELD_EVENTS);
	size_t count = 0;

	(void)state;
	table_put_headings(&text, columns);
	assert_string_equal(text.bytes, "date\tfrom\tto\ttype\tpath\tclass\trecorded-on\n");
	for (; columns[count].name; count++)
		;
	assert_in_range(count, 1, TABLE_COLUMNS_MAX);
	assert_non_null(table_columns(FIELD_CERTIFIED_SERVICES_TABLE));
	assert_null(table_columns(FIELD_CERTIFIED_SERVICES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fact),
		cmocka_unit_test(columns_of_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
