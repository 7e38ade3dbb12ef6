#include "sources/ismap/portal/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/ismap/map.h"
#include "util/json.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/html.h"
#include "sources/ismap/portal/page.h"
#include "fetch/fetch.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text.h"

#define FILES_MAX 10000

struct folder {
	const char *path;
	bool quiet;
	struct reason *reason;
	struct fetch_result file; /* the last one that was read */
	struct label_map map;
	cJSON *capture;
	cJSON *answers; /* parsed pages, in the order of their names */
	size_t total;	/* bytes read */
};

static void folder_release(struct folder *folder)
{
	fetch_result_release(&folder->file);
	label_map_release(&folder->map);
	cJSON_Delete(folder->capture);
	cJSON_Delete(folder->answers);
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), wanted = strlen(end);

	return length > wanted && strcasecmp(name + length - wanted, end) == 0;
}

static bool is_html(const char *name)
{
	return ends_in(name, ".html") || ends_in(name, ".htm");
}

static int is_page(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       (is_html(entry->d_name) || ends_in(entry->d_name, ".json"));
}

/* A refusal names the file. */
static int parse_json(struct folder *folder, const char *path, cJSON **json)
{
	struct reason *reason = folder->reason;
	int r;

	reason->about = path;
	r = json_parse(folder->file.bytes, folder->file.length, reason, json);
	if (r == 0)
		r = portal_page_check(*json, reason);
	reason->about = folder->path;
	return r;
}

static int parse_html(struct folder *folder, const char *path, cJSON **json)
{
	const struct fetch_result *file = &folder->file;

	if (!text_is_utf8(file->bytes, file->length) || memchr(file->bytes, '\0', file->length))
		return reason_refuse(folder->reason, "%s is not UTF-8 text", path);
	if (portal_html_read((const char *)file->bytes, file->length, json) < 0)
		return reason_refuse(folder->reason, "%s is not HTML", path);
	return 0;
}

static int read_file(struct folder *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder->path, name);
	struct fetch_request request = {
		.location = {.kind = LOCATION_PATH, .text = path},
		.size_max = PUBLICATION_SIZE_MAX - folder->total,
		.reason = folder->reason,
	};
	_cleanup_json_ cJSON *json = NULL;
	int r;

	fetch_result_release(&folder->file);
	r = fetch(&request, &folder->file);
	if (r < 0)
		return r;
	folder->total += folder->file.length;
	r = is_html(name) ? parse_html(folder, path, &json) : parse_json(folder, path, &json);
	if (r < 0)
		return r;
	(void)cJSON_AddItemToArray(folder->answers, steal_pointer(json));
	return 0;
}

static int read_files(struct folder *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder->path, &entries, is_page, alphasort), r = 0;

	if (count < 0)
		return reason_fail(folder->reason, -errno, "%s can't be read: %m", folder->path);
	for (int i = 0; i < count; i++) {
		if (r == 0 && i < FILES_MAX)
			r = read_file(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (r == 0 && count == 0)
		return reason_refuse(folder->reason,
				     "it holds no saved page (.html, .htm or .json)");
	if (r == 0 && count > FILES_MAX)
		return reason_refuse(folder->reason, "it holds more than %d files", FILES_MAX);
	return r;
}

/* The rows of every saved answer of that list page. */
static int collect_rows(struct folder *folder, const char *id, cJSON *rows, int64_t *total)
{
	const cJSON *answer;

	cJSON_ArrayForEach(answer, folder->answers)
	{
		_cleanup_json_ cJSON *more = cJSON_CreateArray();
		const char *detail, *complaint;
		struct portal_page page;

		if (strcmp(portal_page_id(answer), id) != 0)
			continue;
		complaint = portal_page_complaint(answer, &detail);
		if (complaint)
			return reason_refuse(folder->reason, "page %s: %s%s%s", id, complaint,
					     detail[0] != '\0' ? ": " : "", detail);
		portal_page_survey(answer, &page);
		portal_page_rows(answer, &folder->map, &page, more);
		if (page.error)
			return reason_refuse(folder->reason,
					     "page %s: it shows an error within: %s", id,
					     page.error);
		if (page.total != PORTAL_NO_TOTAL)
			*total = page.total;
		(void)portal_capture_merge(rows, more);
	}
	return 0;
}

static void join_detail(struct folder *folder, const char *detail, cJSON *row)
{
	const cJSON *answer;

	cJSON_ArrayForEach(answer, folder->answers)
	{
		_cleanup_json_ cJSON *fields = cJSON_CreateArray();

		if (strcmp(portal_page_id(answer), detail) != 0 ||
		    portal_page_record(answer, &folder->map, json_text(row, "sys_id"), fields) == 0)
			continue;
		portal_capture_join(row, fields);
		return;
	}
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
	_cleanup_json_ cJSON *rows = cJSON_CreateArray();
	int64_t total = PORTAL_NO_TOTAL;
	cJSON *row;
	int r = collect_rows(folder, id, rows, &total);

	if (r == 0)
		r = portal_capture_check(id, (size_t)cJSON_GetArraySize(rows), total, folder->quiet,
					 folder->reason);
	if (r < 0)
		return r;
	if (detail[0] != '\0')
		cJSON_ArrayForEach(row, rows) join_detail(folder, detail, row);
	portal_capture_page(folder->capture, id, level, total, steal_pointer(rows));
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

/* Leaves in a failed result the file that was refused. */
static void take_file(struct folder *folder, struct fetch_result *result)
{
	fetch_result_release(result);
	if (!folder->reason->refused)
		return;
	result->bytes = steal_pointer(folder->file.bytes);
	result->length = folder->file.length;
	memcpy(result->sha256, folder->file.sha256, sizeof(result->sha256));
}

int portal_read_folder(const struct network *network, const struct fetch_request *request,
		       const struct source_options *options, struct fetch_result *result)
{
	__attribute__((cleanup(folder_release))) struct folder folder = {
		.path = request->location.text,
		.quiet = network->quiet,
		.reason = request->reason,
		.answers = cJSON_CreateArray(),
	};
	int r = ismap_map_load(&folder.map, options, request->reason);

	*result = (struct fetch_result){0};
	if (r == 0)
		r = read_files(&folder);
	folder.capture = portal_capture_begin(&folder.map, folder.path);
	if (r == 0)
		r = take_pages(&folder);
	if (r == 0)
		r = portal_capture_print(folder.capture, request->reason, result);
	if (r < 0)
		take_file(&folder, result);
	return r;
}
