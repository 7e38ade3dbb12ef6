#include "sources/ismap/portal/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/ismap/map.h"
#include "util/json.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/html.h"
#include "sources/ismap/portal/page.h"
#include "sources/ismap/portal/wall.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text/text.h"

struct folder {
	const char *path;
	bool quiet;
	struct reason *reason;
	struct label_map map;
	cJSON *capture;
	cJSON *answers; /* parsed pages, in the order of their names */
	size_t room;	/* as for portal_fields_add() */
};

/* One list page. */
struct list {
	const char *id;
	cJSON *rows;
	struct portal_seen seen;
	int64_t total;
};

static void list_release(struct list *list)
{
	portal_seen_release(&list->seen);
	cJSON_Delete(list->rows);
}

static void folder_release(struct folder *folder)
{
	label_map_release(&folder->map);
	cJSON_Delete(folder->capture);
	cJSON_Delete(folder->answers);
}

/* A refusal names the file. */
static int parse_json(struct folder *folder, const struct document *page, cJSON **json)
{
	struct reason *reason = folder->reason;
	int r;

	reason->about = page->location;
	r = json_parse(page->bytes, page->length, reason, json);
	if (r == 0)
		r = portal_page_check(*json, reason);
	reason->about = folder->path;
	return r;
}

static int parse_html(struct folder *folder, const struct document *page, cJSON **json)
{
	int r;

	if (!text_is_utf8(page->bytes, page->length) || memchr(page->bytes, '\0', page->length))
		return reason_refuse(folder->reason, "%s is not UTF-8 text", page->location);
	r = portal_html_read((const char *)page->bytes, page->length, json);
	if (r == -EFBIG)
		return reason_refuse(folder->reason, "%s is larger than a page of a list can be",
				     page->location);
	return r < 0 ? reason_refuse(folder->reason, "%s is not HTML", page->location) : 0;
}

/* All of them are kept, so their values are counted together, and their room is measured. */
static int count_values(struct folder *folder, const struct document_set *documents)
{
	size_t values = 0, length = 0;

	for (size_t i = 0; i < documents->count; i++) {
		values += json_count_values(documents->rows[i].bytes, documents->rows[i].length);
		length += documents->rows[i].length;
	}
	folder->room = portal_capture_room(length);
	if (values <= json_values_limit(length))
		return 0;
	return reason_refuse(folder->reason,
			     "its pages hold more than %zu values in %zu bytes, as no list does",
			     json_values_limit(length), length);
}

static int parse_pages(struct folder *folder, const struct document_set *documents, size_t *refused)
{
	int r = count_values(folder, documents);

	if (r < 0)
		return r;
	for (size_t i = 0; i < documents->count; i++) {
		const struct document *page = &documents->rows[i];
		_cleanup_json_ cJSON *json = NULL;

		r = strcmp(page->shape, PORTAL_PAGE_HTML) == 0 ? parse_html(folder, page, &json)
							       : parse_json(folder, page, &json);

		*refused = i;
		if (r < 0)
			return r;
		(void)cJSON_AddItemToArray(folder->answers, steal_pointer(json));
	}
	return 0;
}

/* Adds the rows of one saved answer of a list page. */
static int add_rows(struct folder *folder, struct list *list, const cJSON *answer)
{
	_cleanup_json_ cJSON *more = cJSON_CreateArray();
	struct portal_page page;
	const char *detail;
	const char *complaint = portal_page_complaint(answer, &detail);

	if (complaint)
		return reason_refuse(folder->reason, "page %s: %s%s%s", list->id, complaint,
				     detail[0] != '\0' ? ": " : "", detail);
	portal_page_survey(answer, &page);
	portal_page_rows(answer, &folder->map, &page, &folder->room, more);
	if (page.error)
		return reason_refuse(folder->reason, "page %s: it shows an error within: %s",
				     list->id, page.error);
	if (!more->child && page.login)
		return portal_wall_refuse(folder->reason, list->id);
	if (page.total != PORTAL_NO_TOTAL)
		list->total = page.total;
	(void)portal_capture_merge(&list->seen, list->rows, more);
	return portal_capture_check_room(folder->room, folder->reason);
}

/* The rows of every saved answer of that list page. */
static int collect_rows(struct folder *folder, struct list *list)
{
	const cJSON *answer;

	cJSON_ArrayForEach(answer, folder->answers)
	{
		int r = strcmp(portal_page_id(answer), list->id) == 0
				? add_rows(folder, list, answer)
				: 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* A record that a detail page shows. */
struct record {
	const char *sys_id;
	size_t answer, place; /* in which answer it stands, and which record it is of all */
	cJSON *fields;
};

static int by_sys_id_and_place(const void *left, const void *right)
{
	const struct record *a = left, *b = right;
	int order = strcmp(a->sys_id, b->sys_id);

	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

struct records {
	cJSON *all; /* what they are of */
	struct record *rows;
	size_t count;
};

static void records_release(struct records *records)
{
	cJSON_Delete(records->all);
	free(records->rows);
}

/* Those of all saved answers of a detail page, by their sys_ids. */
static void find_records(struct folder *folder, const char *detail, struct records *records)
{
	size_t answer = 0, capacity = 0;
	const cJSON *node, *record;

	cJSON_ArrayForEach(node, folder->answers)
	{
		cJSON *found = cJSON_CreateArray();

		(void)cJSON_AddItemToArray(records->all, found);
		if (strcmp(portal_page_id(node), detail) == 0)
			portal_page_records(node, &folder->map, &folder->room, found);
		cJSON_ArrayForEach(record, found)
		{
			records->rows = xgrow(records->rows, &capacity, records->count, 1,
					      sizeof(*records->rows));
			records->rows[records->count] = (struct record){
				.sys_id = json_text(record, "sys_id"),
				.answer = answer,
				.place = records->count,
				.fields = cJSON_GetObjectItemCaseSensitive(record, "fields"),
			};
			records->count++;
		}
		answer++;
	}
	if (records->count > 0)
		qsort(records->rows, records->count, sizeof(*records->rows), by_sys_id_and_place);
}

/* Takes what the first answer says that shows the row's record. */
static void join_detail(const struct records *records, cJSON *row)
{
	const char *sys_id = json_text(row, "sys_id");
	size_t first = 0, end = records->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (strcmp(records->rows[middle].sys_id, sys_id) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (size_t i = first; i < records->count; i++) {
		const struct record *record = &records->rows[i];

		if (strcmp(record->sys_id, sys_id) != 0 ||
		    record->answer != records->rows[first].answer)
			return;
		portal_capture_join(row, record->fields);
	}
}

static int join_details(struct folder *folder, const char *detail, cJSON *rows)
{
	__attribute__((cleanup(records_release))) struct records records = {
		.all = cJSON_CreateArray(),
	};
	cJSON *row;

	find_records(folder, detail, &records);
	cJSON_ArrayForEach(row, rows) join_detail(&records, row);
	return portal_capture_check_room(folder->room, folder->reason);
}

static bool is_saved(const struct folder *folder, const char *id)
{
	const cJSON *answer;

	cJSON_ArrayForEach(answer, folder->answers)
	{
		if (strcmp(portal_page_id(answer), id) == 0)
			return true;
	}
	return false;
}

static int take_page(struct folder *folder, const char *id, const char *level)
{
	const char *detail = label_map_detail(&folder->map, id);
	__attribute__((cleanup(list_release))) struct list list = {
		.id = id,
		.rows = cJSON_CreateArray(),
		.total = PORTAL_NO_TOTAL,
	};
	int r = collect_rows(folder, &list);

	if (r == 0)
		r = portal_capture_check(id, (size_t)cJSON_GetArraySize(list.rows), list.total,
					 folder->quiet, folder->reason);
	if (r == 0 && detail[0] != '\0')
		r = join_details(folder, detail, list.rows);
	if (r < 0)
		return r;
	portal_capture_page(folder->capture, id, level, list.total, steal_pointer(list.rows));
	return 0;
}

static int take_pages(struct folder *folder)
{
	const char *id, *level;
	size_t position = 0, pages = 0;

	while ((id = label_map_next_page(&folder->map, &position, &level))) {
		int r;

		if (!is_saved(folder, id))
			continue;
		r = take_page(folder, id, level);
		if (r < 0)
			return r;
		pages++;
	}
	if (pages == 0)
		return reason_refuse(
			folder->reason,
			"none of its files is a list page that the label map names; a saved page tells its address in a comment at its top");
	return 0;
}

/* Puts the capture in the place of the pages that it was made of. */
static int replace_pages(struct folder *folder, struct document_set *documents)
{
	_cleanup_fetch_result_ struct fetch_result result = {0};
	int r = portal_capture_print(folder->capture, folder->reason, &result);
	struct document *list;

	if (r < 0)
		return r;
	document_set_release(documents);
	list = document_set_add(documents, folder->path);
	list->role = DOCUMENT_LIST;
	list->shape = PORTAL_CAPTURE_SHAPE;
	list->bytes = steal_pointer(result.bytes);
	list->length = result.length;
	memcpy(list->sha256, result.sha256, sizeof(list->sha256));
	return 0;
}

static bool holds_capture(const struct document_set *documents)
{
	for (size_t i = 0; i < documents->count; i++)
		if (strcmp(documents->rows[i].role, PORTAL_PAGE_ROLE) != 0)
			return true;
	return false;
}

int portal_assemble(const char *location, struct document_set *documents,
		    const struct source_options *options, bool quiet, struct reason *reason,
		    size_t *refused)
{
	__attribute__((cleanup(folder_release))) struct folder folder = {
		.path = location,
		.quiet = quiet,
		.reason = reason,
		.answers = cJSON_CreateArray(),
	};
	int r;

	/* Something else is among them: whether that can be is decided later. */
	if (holds_capture(documents))
		return 0;
	reason->about = location;
	if (documents->count == 0)
		return reason_refuse(reason, "it holds no saved page (.html, .htm or .json)");
	r = ismap_map_load(&folder.map, options, reason);
	if (r == 0)
		r = parse_pages(&folder, documents, refused);
	folder.capture = portal_capture_begin(&folder.map, location);
	if (r == 0)
		r = take_pages(&folder);
	return r < 0 ? r : replace_pages(&folder, documents);
}

/* What a page may be begins with a tag or a brace; only parsing it shows whether it is one. */
const char *portal_page_recognise(struct document *document)
{
	static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
	const unsigned char *bytes = document->bytes;
	size_t length = document->length;
	size_t start =
		length >= sizeof(mark) && memcmp(bytes, mark, sizeof(mark)) == 0 ? sizeof(mark) : 0;

	start += strspn((const char *)bytes + start, " \t\r\n");
	if (bytes[start] == '<')
		return PORTAL_PAGE_HTML;
	return bytes[start] == '{' ? PORTAL_PAGE_JSON : NULL;
}
