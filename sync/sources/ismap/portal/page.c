#include "sources/ismap/portal/page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "util/json.h"
#include "sources/ismap/portal/fields.h"

/* Looking for rows in a widget's data. */
struct search {
	const struct label_map *map;
	struct portal_page *page;
	size_t *room;
	cJSON *rows;	    /* of a list … */
	cJSON *fields;	    /* … or of one record … */
	const char *sys_id; /* … with this one … */
	cJSON *records;	    /* … or of all records */
	int found;
};

/* What holds beside and around a list. */
struct surroundings {
	const struct portal_labels *labels;
	int64_t total;
	const struct surroundings *outer;
	const char *sys_id; /* of the record that this is the inside of; or NULL */
};

static const char *message_of(const cJSON *error)
{
	const char *message = json_text(error, "message");

	if (cJSON_IsString(error))
		return error->valuestring;
	return message[0] != '\0' ? message : "no reason is given";
}

static bool states_error(const cJSON *object, const char **detail)
{
	const cJSON *error = json_member(object, "error");

	if ((cJSON_IsString(error) && error->valuestring[0] != '\0') ||
	    (cJSON_IsObject(error) && error->child)) {
		*detail = message_of(error);
		return true;
	}
	*detail = "status is failure";
	return strcasecmp(json_text(object, "status"), "failure") == 0;
}

const char *portal_page_complaint(const cJSON *answer, const char **detail)
{
	const cJSON *result = json_member(answer, "result");
	const cJSON *containers = json_member(result, "containers");

	*detail = "";
	if (states_error(answer, detail) || states_error(result, detail))
		return "it answers with an error within";
	*detail = "";
	if (!cJSON_IsArray(containers))
		return "its answer has no result.containers: it is not a page of a Service Portal";
	if (!containers->child)
		return "a guest may not see the page: its answer has no containers";
	return NULL;
}

int portal_page_check(const cJSON *answer, struct reason *reason)
{
	const cJSON *result = json_member(answer, "result");
	int r = json_refuse_repeated(reason, answer);

	if (r < 0)
		return r;
	r = json_refuse_repeated(reason, result);
	return r < 0 ? r : json_refuse_repeated_within(reason, json_member(result, "containers"));
}

const char *portal_page_id(const cJSON *answer)
{
	return json_text(json_member(json_member(answer, "result"), "page"), "id");
}

static void each_widget(const cJSON *node,
			void (*call)(void *context, const char *name, const cJSON *data),
			void *context)
{
	static const char *const levels[] = {"containers", "rows", "columns", "widgets"};
	const cJSON *child, *widget = json_member(node, "widget");

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		cJSON_ArrayForEach(child, json_member(node, levels[i]))
			each_widget(child, call, context);
	if (widget) {
		const char *name = json_text(widget, "id");

		call(context, name[0] != '\0' ? name : json_text(widget, "name"),
		     json_member(widget, "data"));
	}
}

void portal_page_each_widget(const cJSON *answer,
			     void (*call)(void *context, const char *name, const cJSON *data),
			     void *context)
{
	each_widget(json_member(answer, "result"), call, context);
}

static void survey_widget(void *context, const char *name, const cJSON *data)
{
	struct portal_page *page = context;

	page->widgets += data != NULL;
	page->login = page->login || strcasestr(name, "login") != NULL;
}

void portal_page_survey(const cJSON *answer, struct portal_page *page)
{
	*page = (struct portal_page){.total = PORTAL_NO_TOTAL};
	portal_page_each_widget(answer, survey_widget, page);
}

/* Whether a node maps names of fields to labels. Fields with values are something else. */
static bool are_labels(const cJSON *node)
{
	const cJSON *first = node ? node->child : NULL;

	if (cJSON_IsObject(node))
		return cJSON_IsString(first);
	return cJSON_IsArray(node) && json_text(first, "label")[0] != '\0' &&
	       !json_member(first, "value") && !json_member(first, "display_value");
}

static const cJSON *labels_in(const cJSON *object)
{
	static const char *const names[] = {"column_labels", "columnLabels", "labels", "columns",
					    "fields"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const cJSON *labels = json_member(object, names[i]);

		if (are_labels(labels))
			return labels;
	}
	return NULL;
}

/* labels: room for those of the object itself. */
static void look_around(const struct search *search, const cJSON *object,
			struct portal_labels *labels, struct surroundings *around)
{
	const cJSON *node = labels_in(object), *member;

	if (node) {
		portal_labels_make(node, labels);
		around->labels = labels;
	}
	cJSON_ArrayForEach(member, object)
	{
		const char *text = cJSON_GetStringValue(member);

		if (!search->map || !label_map_has(search->map, "portal", "total", member->string))
			continue;
		if (cJSON_IsNumber(member))
			around->total = (int64_t)member->valuedouble;
		else if (text && *text != '\0' && strspn(text, "0123456789") == strlen(text))
			around->total = strtoll(text, NULL, 10);
	}
}

/* Whether it was a row. */
static bool take_row(struct search *search, const cJSON *object, const struct surroundings *around)
{
	const char *sys_id = portal_sys_id(object);
	_cleanup_json_ cJSON *row = NULL;
	cJSON *fields;

	if (!sys_id)
		return false;
	row = cJSON_CreateObject();
	(void)cJSON_AddStringToObject(row, "sys_id", sys_id);
	fields = cJSON_AddArrayToObject(row, "fields");
	portal_fields_add(object, around->labels, search->map, search->room, fields);
	if (search->map && !portal_fields_have(fields, "number") &&
	    !portal_fields_have(fields, "name"))
		return false;
	(void)cJSON_AddItemToArray(search->rows, steal_pointer(row));
	search->found++;
	if (around->total > search->page->total)
		search->page->total = around->total;
	return true;
}

/* Whether it was the record. */
static bool take_record(struct search *search, const cJSON *object,
			const struct surroundings *around)
{
	const char *sys_id = portal_sys_id(object);

	if (!sys_id || strcmp(sys_id, search->sys_id) != 0)
		return false;
	portal_fields_add(object, around->labels, search->map, search->room, search->fields);
	search->found++;
	return true;
}

/* Keeps a record, but for what is within another one of the same sys_id. */
static void keep_record(struct search *search, const cJSON *object, struct surroundings *around)
{
	const char *sys_id = portal_sys_id(object);
	cJSON *record;

	if (!sys_id)
		return;
	for (const struct surroundings *outer = around->outer; outer; outer = outer->outer)
		if (outer->sys_id && strcmp(outer->sys_id, sys_id) == 0)
			return;
	around->sys_id = sys_id;
	record = cJSON_CreateObject();
	(void)cJSON_AddItemToArray(search->records, record);
	(void)cJSON_AddStringToObject(record, "sys_id", sys_id);
	portal_fields_add(object, around->labels, search->map, search->room,
			  cJSON_AddArrayToObject(record, "fields"));
}

static void walk(struct search *search, const cJSON *node, const struct surroundings *outer)
{
	_cleanup_portal_labels_ struct portal_labels labels = {0};
	struct surroundings around = {outer->labels, outer->total, outer, NULL};
	const cJSON *child;

	if (*search->room == 0)
		return;
	if (cJSON_IsObject(node)) {
		look_around(search, node, &labels, &around);
		if (search->sys_id && take_record(search, node, &around))
			return;
		if (search->records)
			keep_record(search, node, &around);
	}
	cJSON_ArrayForEach(child, node)
	{
		if (!cJSON_IsArray(node) || !search->rows || !take_row(search, child, &around))
			walk(search, child, &around);
	}
}

static void search_widget(void *context, const char *name, const cJSON *data)
{
	struct search *search = context;
	int before = search->found;
	const char *why;

	(void)name;
	walk(search, data, &(struct surroundings){.total = PORTAL_NO_TOTAL});
	if (search->page && search->found > before && states_error(data, &why))
		search->page->error = why;
}

void portal_page_rows(const cJSON *answer, const struct label_map *map, struct portal_page *page,
		      size_t *room, cJSON *rows)
{
	struct search search = {.map = map, .page = page, .rows = rows};

	search.room = room;
	portal_page_each_widget(answer, search_widget, &search);
}

int portal_page_record(const cJSON *answer, const struct label_map *map, const char *sys_id,
		       size_t *room, cJSON *fields)
{
	struct search search = {.map = map, .sys_id = sys_id, .fields = fields};

	search.room = room;
	portal_page_each_widget(answer, search_widget, &search);
	return search.found;
}

void portal_page_records(const cJSON *answer, const struct label_map *map, size_t *room,
			 cJSON *records)
{
	struct search search = {.map = map, .records = records};

	search.room = room;
	portal_page_each_widget(answer, search_widget, &search);
}
