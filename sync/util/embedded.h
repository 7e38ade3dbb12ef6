/*
 * Files of the source tree that are part of the program: the schema, the SQL of
 * a sync, and the bundled lists. NUL-terminated, for the life of the program.
 */
#ifndef ISMAPFS_EMBEDDED_H
#define ISMAPFS_EMBEDDED_H

#include <stddef.h>

const char *embedded_schema_sql(void);
const char *embedded_staging_sql(void);
const char *embedded_reading_sql(void);
const char *embedded_forget_sql(void);
const char *embedded_catalogue_sql(void);
const char *embedded_affect_sql(void);
const char *embedded_twins_sql(void);
const char *embedded_remember_sql(void);
const char *embedded_carry_sql(void);
const char *embedded_derive_sql(void);
const char *embedded_difference_sql(void);
const char *embedded_apply_sql(void);
const char *embedded_diff_sql(void);
const char *embedded_prune_sql(void);
const char *embedded_rules_sql(void);

/* The label map of the ISMAP portal that comes along (label_map.h). */
const char *embedded_ismap_map(void);

const char *embedded_validity_sql(void);

/* tables/report.html: its queries, its page with gaps (template.h), its style sheet and script. */
const char *embedded_report_sql(void);
const char *embedded_report_page(void);
const char *embedded_report_style(void);
const char *embedded_report_script(void);

/* A bundled list in the interchange format, by its registry's name; NULL when there is none. */
const char *embedded_list(const char *registry, size_t *length);

#endif
