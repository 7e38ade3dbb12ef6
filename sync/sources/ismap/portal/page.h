/*
 * The rows of fields on a page of a Service Portal, in whichever widget they are.
 * Pure functions of the parsed answer of /api/now/sp/page.
 */
#ifndef ISMAPFS_PORTAL_PAGE_H
#define ISMAPFS_PORTAL_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "sources/label_map.h"
#include "util/reason.h"

#define PORTAL_NO_TOTAL (-1)

struct portal_page {
	int64_t total;	   /* entries that the list says it has; PORTAL_NO_TOTAL */
	size_t widgets;	   /* that hold data */
	const char *error; /* a widget with rows says that it failed: why; or NULL */
	bool login;	   /* one of them asks for a login */
};

/*
 * Why an answer is no page: it holds an error, or no containers; NULL when it is one.
 * *detail: the answer's own words, or "". Both live as long as the answer.
 */
const char *portal_page_complaint(const cJSON *answer, const char **detail);

/* Refuses an answer that names a member twice in a part that is read here: the frame and the
 * widgets, not the theme around them. */
int portal_page_check(const cJSON *answer, struct reason *reason);

/* The page's own id, or "". */
const char *portal_page_id(const cJSON *answer);

/* Counts its widgets, and finds out whether it is a login page. */
void portal_page_survey(const cJSON *answer, struct portal_page *page);

/*
 * Appends the list's rows to an array, in the capture's form: objects with
 * `sys_id` and `fields`. A row is an object in an array, with a sys_id and a field
 * that the map knows as a number or a name; where map is NULL, any with a sys_id.
 * room: as for portal_fields_add(), for all that is kept of a portal.
 */
void portal_page_rows(const cJSON *answer, const struct label_map *map, struct portal_page *page,
		      size_t *room, cJSON *rows);

/*
 * Appends to an array of fields those of the record sys_id that a detail page
 * shows. Returns how many objects of that sys_id there were.
 */
int portal_page_record(const cJSON *answer, const struct label_map *map, const char *sys_id,
		       size_t *room, cJSON *fields);

/* The same for the records of all sys_ids: appends rows as portal_page_rows() does. */
void portal_page_records(const cJSON *answer, const struct label_map *map, size_t *room,
			 cJSON *records);

/* Calls for each widget: its id or name, and its data. */
void portal_page_each_widget(const cJSON *answer,
			     void (*call)(void *context, const char *name, const cJSON *data),
			     void *context);

#endif
