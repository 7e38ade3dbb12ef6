#include "sources/fedramp/kept.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/buffer.h"
#include "util/memory.h"

/* Columns of events.tsv, which has dates and words alone. */
#define EVENT_COLUMNS 7

/* The values that are read, and where their texts are. */
enum kept_text {
	KEPT_STATUS_SOURCE,
	KEPT_EVENTS,
	KEPT_OVERVIEW,
	KEPT_CERTIFIED_SERVICES,
	KEPT_CATEGORIES,
	KEPT_NEXT_REPORT_ON,
	KEPT_TRUST_CENTER,
	KEPT_BUILDS_ON,
};

static const struct {
	enum field field;
	enum kept_text text;
} fields[] = {
	{FIELD_STATUS_SOURCE, KEPT_STATUS_SOURCE},
	{FIELD_EVENTS, KEPT_EVENTS},
	{FIELD_PACKAGE_OVERVIEW, KEPT_OVERVIEW},
	{FIELD_CERTIFIED_SERVICES, KEPT_CERTIFIED_SERVICES},
	{FIELD_CERTIFIED_SERVICES_TABLE, KEPT_CATEGORIES},
	{FIELD_NEXT_REPORT_ON, KEPT_NEXT_REPORT_ON},
	{FIELD_TRUST_CENTER, KEPT_TRUST_CENTER},
};

int fedramp_kept_open(sqlite3 *database, sqlite3_stmt **statement)
{
	return database_prepare(
		database,
		"SELECT v.field, v.text FROM entity e"
		" CROSS JOIN value v ON v.entity = e.id AND v.gen_to IS NULL WHERE e.kind = ?1 AND e.key = ?2",
		statement);
}

static void keep_value(struct fedramp_kept *kept, enum field field, const char *text)
{
	struct fedramp_decided *decided = &kept->decided;

	switch (field) {
	case FIELD_STATUS: decided->status = fedramp_word_of(FEDRAMP_STATUS, text); return;
	case FIELD_STATUS_LIST: decided->listed = fedramp_word_of(FEDRAMP_STATUS, text); return;
	case FIELD_STATUS_CHANGELOG: decided->other = fedramp_word_of(FEDRAMP_STATUS, text); return;
	default: break;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].field == field)
			kept->texts[fields[i].text] = xstrdup(text);
}

static char *copy_stated(const char *text)
{
	return text[0] != '\0' ? xstrdup(text) : NULL;
}

static void parse_event(char *row, struct fedramp_event *event)
{
	const char *columns[EVENT_COLUMNS] = {"", "", "", "", "", "", ""};

	for (size_t i = 0; i < EVENT_COLUMNS && row; i++)
		columns[i] = strsep(&row, "\t");
	*event = (struct fedramp_event){
		.date = copy_stated(columns[0]),
		.from = fedramp_word_of(FEDRAMP_STATUS, columns[1]),
		.to = fedramp_word_of(FEDRAMP_STATUS, columns[2]),
		.type = fedramp_word_of(FEDRAMP_TYPE, columns[3]),
		.path = fedramp_word_of(FEDRAMP_PATH, columns[4]),
		.class = fedramp_word_of(FEDRAMP_CLASS, columns[5]),
		.recorded_on = copy_stated(columns[6]),
	};
}

/* Behind the line of headings. */
static char *rows_of(char *table)
{
	char *end = table ? strchr(table, '\n') : NULL;

	return end ? end + 1 : NULL;
}

static void restore_history(struct fedramp_kept *kept)
{
	char *rows = rows_of(kept->texts[KEPT_EVENTS]), *row;
	size_t capacity = 0;

	while ((row = strsep(&rows, "\n"))) {
		kept->events = xgrow(kept->events, &capacity, kept->history.count, 1,
				     sizeof(*kept->events));
		parse_event(row, &kept->events[kept->history.count++]);
	}
	kept->history.events = kept->events;
}

/* Each line names a file of the service's directory, or a link in one of its directories. */
static void restore_overview(struct fedramp_kept *kept)
{
	static const char links[] = "leverages/";
	struct fedramp_overview *overview = &kept->overview;
	struct buffer builds_on = {0};
	char *rest = NULL;

	for (char *line = kept->texts[KEPT_OVERVIEW]
				  ? strtok_r(kept->texts[KEPT_OVERVIEW], "\n", &rest)
				  : NULL;
	     line; line = strtok_r(NULL, "\n", &rest)) {
		if (strcmp(line, "certified-services") == 0) {
			overview->certified_services = kept->texts[KEPT_CERTIFIED_SERVICES];
			overview->categories = rows_of(kept->texts[KEPT_CATEGORIES]);
		} else if (strcmp(line, "next-report-on") == 0) {
			overview->next_report_on = kept->texts[KEPT_NEXT_REPORT_ON];
		} else if (strcmp(line, "trust-center") == 0) {
			overview->trust_center = kept->texts[KEPT_TRUST_CENTER];
		} else if (strncmp(line, links, strlen(links)) == 0) {
			buffer_printf(&builds_on, "%s%s", builds_on.length > 0 ? "\n" : "",
				      line + strlen(links));
		}
	}
	overview->builds_on = kept->texts[KEPT_BUILDS_ON] = builds_on.bytes;
}

int fedramp_kept_read(sqlite3_stmt *statement, const char *id, struct fedramp_kept *kept)
{
	_cleanup_free_ char *key = staging_service_key(id);
	int r;

	*kept = (struct fedramp_kept){0};
	(void)sqlite3_bind_int(statement, 1, KIND_SERVICE);
	(void)sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	while ((r = database_next(statement)) > 0)
		keep_value(kept, (enum field)sqlite3_column_int(statement, 0),
			   database_text(statement, 1));
	(void)sqlite3_reset(statement);
	kept->decided.status_source = kept->texts[KEPT_STATUS_SOURCE];
	restore_history(kept);
	restore_overview(kept);
	return r;
}

void fedramp_kept_release(struct fedramp_kept *kept)
{
	for (size_t i = 0; i < kept->history.count; i++) {
		free(kept->events[i].date);
		free(kept->events[i].recorded_on);
	}
	free(kept->events);
	for (size_t i = 0; i < sizeof(kept->texts) / sizeof(kept->texts[0]); i++)
		free(kept->texts[i]);
	*kept = (struct fedramp_kept){0};
}

int fedramp_kept_count(sqlite3 *database, const struct fedramp_changelog *changelog, int64_t *known,
		       int64_t *lost)
{
	_cleanup_statement_ sqlite3_stmt *services = NULL;
	int r = database_prepare(
		database,
		"SELECT e.key FROM entity e"
		" CROSS JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL"
		" CROSS JOIN value v ON v.entity = e.id AND v.field = ?2 AND v.gen_to IS NULL"
		" WHERE e.kind = ?1",
		&services);

	*known = *lost = 0;
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(services, 1, KIND_SERVICE);
	(void)sqlite3_bind_int(services, 2, FIELD_EVENTS);
	while ((r = database_next(services)) > 0) {
		*known += 1;
		*lost += !fedramp_changelog_find(changelog, database_text(services, 0));
	}
	return r;
}
