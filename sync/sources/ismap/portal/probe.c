#include "sources/ismap/portal/probe.h"

#include <string.h>

#include "store_limits.h"
#include "sources/ismap/map.h"
#include "sources/ismap/portal/page.h"
#include "sources/ismap/portal/session.h"
#include "sources/ismap/values.h"
#include "sources/ismap/portal/wall.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/print.h"

#define SAMPLE_BYTES 40

struct probing {
	struct portal portal;
	struct label_map map;
	struct reason *reason;
	size_t unmapped; /* labels that no map knows */
};

static void probing_release(struct probing *probing)
{
	portal_close(&probing->portal);
	label_map_release(&probing->map);
}

static const char *type_of(const cJSON *value)
{
	if (cJSON_IsArray(value))
		return "[]";
	return cJSON_IsObject(value) ? "{}" : "";
}

static void print_widget(void *context, const char *name, const cJSON *data)
{
	_cleanup_buffer_ struct buffer line = {0};
	const cJSON *member;

	(void)context;
	buffer_printf(&line, "  widget %s:", name[0] != '\0' ? name : "(without a name)");
	if (!cJSON_IsObject(data))
		buffer_text(&line, " no data");
	cJSON_ArrayForEach(member, data)
	{
		buffer_printf(&line, " %s%s", member->string ? member->string : "",
			      type_of(member));
		if (cJSON_IsArray(member))
			buffer_printf(&line, "(%d)", cJSON_GetArraySize(member));
	}
	print_line("%s", line.bytes);
}

/* The beginning of a value: whole characters. */
static int sample_length(const char *text)
{
	size_t length = strnlen(text, SAMPLE_BYTES);

	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

static void print_fields(struct probing *probing, const cJSON *fields)
{
	const cJSON *field;

	cJSON_ArrayForEach(field, fields)
	{
		const char *label = json_text(field, "label"), *key = json_text(field, "key");
		const char *known = label_map_field(&probing->map, label, key);
		const char *shown = ismap_shown(field);
		bool ignored = label_map_ignores(&probing->map, label, key);
		int length = sample_length(shown);

		print_line("    %s%s%s%s -> %s: %.*s%s", label[0] != '\0' ? label : key,
			   label[0] != '\0' && key[0] != '\0' ? " (" : "",
			   label[0] != '\0' ? key : "",
			   label[0] != '\0' && key[0] != '\0' ? ")" : "",
			   known     ? known
			   : ignored ? "ignored"
				     : "NOT MAPPED",
			   length, shown, shown[length] != '\0' ? " ..." : "");
		probing->unmapped += !known && !ignored;
	}
}

static void print_total(const struct portal_page *page, size_t rows)
{
	if (page->total == PORTAL_NO_TOTAL)
		(void)printf("  states no number of entries that the map knows ([portal] total)\n");
	else
		(void)printf("  states a total of %lld; this answer has %zu\n",
			     (long long)page->total, rows);
}

/* The rows of a list: those that the map recognizes, else all that could be ones. */
static void find_rows(struct probing *probing, const cJSON *answer, cJSON *rows)
{
	_cleanup_json_ cJSON *known = cJSON_CreateArray();
	struct portal_page page;
	size_t room = LIMIT_CAPTURE_MEMORY, room_for_all = LIMIT_CAPTURE_MEMORY;

	portal_page_survey(answer, &page);
	portal_page_rows(answer, &probing->map, &page, &room, known);
	if (known->child) {
		(void)printf("  rows that the map recognizes: %d\n", cJSON_GetArraySize(known));
		print_total(&page, (size_t)cJSON_GetArraySize(known));
	} else {
		(void)printf("  no row with a label that stands for number or name%s\n",
			     page.login ? "; it is a login page" : "");
		if (page.login)
			print_line("  %s", portal_wall_advice());
	}
	portal_page_rows(answer, NULL, &page, &room_for_all, rows);
}

static const cJSON *first_row(const struct probing *probing, const cJSON *rows)
{
	const cJSON *row, *field;

	cJSON_ArrayForEach(row, rows) cJSON_ArrayForEach(field, json_member(row, "fields"))
	{
		const char *name = label_map_field(&probing->map, json_text(field, "label"),
						   json_text(field, "key"));

		if (name && (strcmp(name, "number") == 0 || strcmp(name, "name") == 0))
			return row;
	}
	return cJSON_GetArrayItem(rows, 0);
}

/* before: stands before the query that is printed. */
static int ask(struct probing *probing, const char *before, const char *query, cJSON **answer)
{
	const char *complaint, *detail;
	int r;

	print_line("%spage %s", before, query);
	r = portal_ask(&probing->portal, query, answer);
	if (r < 0)
		return r;
	portal_page_each_widget(*answer, print_widget, NULL);
	complaint = portal_page_complaint(*answer, &detail);
	if (!complaint)
		return 0;
	return reason_refuse(probing->reason, "%s%s%s", complaint, detail[0] != '\0' ? ": " : "",
			     detail);
}

static int probe_detail(struct probing *probing, const char *page, const char *sys_id)
{
	_cleanup_json_ cJSON *answer = NULL, *fields = cJSON_CreateArray();
	_cleanup_free_ char *query = xasprintf("id=%s&sys_id=%s", page, sys_id);
	size_t room = LIMIT_CAPTURE_MEMORY;
	int r = ask(probing, "", query, &answer);

	if (r < 0)
		return r;
	if (portal_page_record(answer, NULL, sys_id, &room, fields) > 0)
		print_fields(probing, fields);
	else
		(void)printf("  nothing with that sys_id; see [details] of the map\n");
	return 0;
}

static int probe_list(struct probing *probing, const char *id, const char *level)
{
	_cleanup_json_ cJSON *answer = NULL, *rows = cJSON_CreateArray();
	_cleanup_free_ char *query = xasprintf("id=%s", id);
	const char *detail = label_map_detail(&probing->map, id);
	const cJSON *row;
	char before[64];
	int r;

	(void)snprintf(before, sizeof(before), "list of level %s: ", level);
	r = ask(probing, before, query, &answer);
	if (r < 0)
		return r;
	find_rows(probing, answer, rows);
	row = first_row(probing, rows);
	if (!row)
		return 0;
	print_line("  first row, sys_id %s", json_text(row, "sys_id"));
	print_fields(probing, json_member(row, "fields"));
	return detail[0] != '\0' ? probe_detail(probing, detail, json_text(row, "sys_id")) : 0;
}

static void print_advice(const struct probing *probing)
{
	bool liu = false;
	size_t position = 0;
	const char *level;

	while (label_map_next_page(&probing->map, &position, &level))
		liu = liu || strcmp(level, "ismap-liu") == 0;
	(void)printf("\n");
	if (probing->unmapped > 0)
		(void)printf(
			"Labels that are not mapped: %zu. Their values are kept as extra.LABEL. Give each a\nfield with --map FILE, which holds, for example:\n"
			"[labels]\nnumber = THE LABEL OF THE REGISTRATION NUMBER\n",
			probing->unmapped);
	else
		(void)printf("Every label is mapped.\n");
	if (!liu)
		(void)printf(
			"No page of the ISMAP-LIU list is known. Once its id is:\n"
			"[pages]\nITS_ID = ismap-liu\n[details]\nITS_ID = cloud_service_list_detail\n");
}

static int probe_lists(struct probing *probing)
{
	const char *id, *level;
	size_t position = 0;

	while ((id = label_map_next_page(&probing->map, &position, &level))) {
		int r = probe_list(probing, id, level);

		if (r < 0)
			return r;
	}
	print_advice(probing);
	return 0;
}

int portal_probe(struct network *network, const char *location,
		 const struct source_options *options, struct reason *reason)
{
	__attribute__((cleanup(probing_release))) struct probing probing = {.reason = reason};
	int r = ismap_map_load(&probing.map, options, reason);

	if (r < 0)
		return r;
	r = portal_open(&probing.portal, location, network, options, reason);
	return r < 0 ? r : probe_lists(&probing);
}
