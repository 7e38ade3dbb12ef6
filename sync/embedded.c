#include "embedded.h"

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
EMBED(staging, "sync/staging.sql");
EMBED(reading, "sync/reading.sql");
EMBED(forget, "sync/forget.sql");
EMBED(catalogue, "sync/catalogue.sql");
EMBED(affect, "sync/affect.sql");
EMBED(twins, "sync/twins.sql");
EMBED(remember, "sync/remember.sql");
EMBED(carry, "sync/carry.sql");
EMBED(derive, "sync/derive.sql");
EMBED(difference, "sync/difference.sql");
EMBED(apply, "sync/apply.sql");
EMBED(diff, "sync/diff.sql");
EMBED(prune, "sync/prune.sql");
EMBED(rules, "sync/rules.sql");
EMBED(validity, "sync/validity.sql");
EMBED(report, "sync/report.sql");
EMBED(report_page_text, "sync/report.html");
EMBED(report_style_text, "sync/report.css");
EMBED(report_script_text, "sync/report.js");
EMBED(ismap_map_text, "sync/ismap.map");
EMBED(ismap, "sync/bundled/ismap.json");
EMBED(fedramp, "sync/bundled/fedramp.json");

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
