#include "util/embedded.h"

#include <string.h>

/* The assembler reads the file; .incbin's path is relative to the folder that the compiler runs in.
 */
#define EMBED(symbol, path) \
	__asm__(".pushsection .rodata\n" \
		".balign 16\n" \
		".local embedded_" #symbol "\n" \
		"embedded_" #symbol ":\n" \
		".incbin \"" path "\"\n" \
		".local embedded_" #symbol "_end\n" \
		"embedded_" #symbol "_end:\n" \
		".byte 0\n" \
		".popsection\n"); \
	extern const char embedded_##symbol[] __attribute__((visibility("hidden"))); \
	extern const char embedded_##symbol##_end[] __attribute__((visibility("hidden")))

EMBED(schema, "include/schema.sql");
EMBED(staging, "sync/stage/steps/1-staging.sql");
EMBED(reading, "sync/stage/steps/2-reading.sql");
EMBED(forget, "sync/stage/steps/2-forget.sql");
EMBED(catalogue, "sync/stage/steps/2-catalogue.sql");
EMBED(affect, "sync/stage/steps/3-affect.sql");
EMBED(twins, "sync/stage/steps/4-twins.sql");
EMBED(remember, "sync/stage/steps/9-remember.sql");
EMBED(carry, "sync/stage/steps/5-carry.sql");
EMBED(derive, "sync/stage/steps/6-derive.sql");
EMBED(difference, "sync/stage/steps/7-difference.sql");
EMBED(apply, "sync/stage/steps/8-apply.sql");
EMBED(diff, "sync/commands/diff.sql");
EMBED(prune, "sync/commands/prune.sql");
EMBED(rules, "sync/store/rules.sql");
EMBED(validity, "sync/pull/calendar.sql");
EMBED(report, "sync/render/report/report.sql");
EMBED(report_page_text, "sync/render/report/report.html");
EMBED(report_style_text, "sync/render/report/report.css");
EMBED(report_script_text, "sync/render/report/report.js");
EMBED(ismap_map_text, "sync/sources/ismap/ismap.map");
EMBED(ismap, "sync/sources/ismap/bundled.json");
EMBED(fedramp, "sync/sources/fedramp/bundled.json");

const char *embedded_schema_sql(void)
{
	return embedded_schema;
}

const char *embedded_staging_sql(void)
{
	return embedded_staging;
}

const char *embedded_reading_sql(void)
{
	return embedded_reading;
}

const char *embedded_forget_sql(void)
{
	return embedded_forget;
}

const char *embedded_catalogue_sql(void)
{
	return embedded_catalogue;
}

const char *embedded_affect_sql(void)
{
	return embedded_affect;
}

const char *embedded_twins_sql(void)
{
	return embedded_twins;
}

const char *embedded_remember_sql(void)
{
	return embedded_remember;
}

const char *embedded_carry_sql(void)
{
	return embedded_carry;
}

const char *embedded_derive_sql(void)
{
	return embedded_derive;
}

const char *embedded_difference_sql(void)
{
	return embedded_difference;
}

const char *embedded_apply_sql(void)
{
	return embedded_apply;
}

const char *embedded_diff_sql(void)
{
	return embedded_diff;
}

const char *embedded_rules_sql(void)
{
	return embedded_rules;
}

const char *embedded_prune_sql(void)
{
	return embedded_prune;
}

const char *embedded_ismap_map(void)
{
	return embedded_ismap_map_text;
}

const char *embedded_validity_sql(void)
{
	return embedded_validity;
}

const char *embedded_report_sql(void)
{
	return embedded_report;
}

const char *embedded_report_page(void)
{
	return embedded_report_page_text;
}

const char *embedded_report_style(void)
{
	return embedded_report_style_text;
}

const char *embedded_report_script(void)
{
	return embedded_report_script_text;
}

const char *embedded_list(const char *registry, size_t *length)
{
	const struct {
		const char *registry;
		const char *begin;
		const char *end;
	} lists[] = {
		{"ismap", embedded_ismap, embedded_ismap_end},
		{"fedramp", embedded_fedramp, embedded_fedramp_end},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(registry, lists[i].registry) != 0)
			continue;
		*length = (size_t)(lists[i].end - lists[i].begin);
		return lists[i].begin;
	}
	return NULL;
}
