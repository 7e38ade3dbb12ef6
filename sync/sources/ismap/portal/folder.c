/* A visit that a person made: pages saved from a browser, or the answers that they load. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/json.h"
#include "sources/ismap/portal/portal.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/html.h"
#include "sources/ismap/portal/page.h"
#include "stage/publication.h"
#include "util/sentence.h"
#include "util/text.h"

#define FILES_MAX 10000

struct folder {
	struct portal portal;
	struct label_map map;
	cJSON *capture;
	cJSON *answers; /* parsed pages, in the order of their names */
	size_t total;	/* bytes read */
};

static void folder_release(struct folder *folder)
{
	portal_close(&folder->portal);
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

static int parse_json(struct folder *folder, const char *path, cJSON **json)
{
	struct publication publication = {
		.bytes = folder->portal.answer.bytes,
		.length = folder->portal.answer.length,
		.location = path,
	};
	int r = json_parse(&publication, json);

	if (r == 0)
		r = portal_page_check(&publication, *json);
	state_set_text(folder->portal.refusal, publication.refusal);
	publication_release(&publication);
	return r;
}

static int parse_html(struct folder *folder, const char *path, cJSON **json)
{
	struct fetch_result *file = &folder->portal.answer;
	int r;

	if (!text_is_utf8(file->bytes, file->length) || memchr(file->bytes, '\0', file->length))
		return portal_refuse(&folder->portal, "%s is not UTF-8 text", path);
	r = portal_html_read((const char *)file->bytes, file->length, json);
	return r == -EINVAL ? portal_refuse(&folder->portal, "%s is not HTML", path) : r;
}

static int read_file(struct folder *folder, const char *name)
{
	struct fetch_result *file = &folder->portal.answer;
	_cleanup_free_ char *path = NULL;
	struct fetch_request request = {.size_max = PUBLICATION_SIZE_MAX - folder->total};
	_cleanup_json_ cJSON *json = NULL;
	int r;

	if (asprintf(&path, "%s/%s", folder->portal.location, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	request.location = path;
	fetch_result_release(file);
	r = fetch(&request, file);
	if (r < 0)
		return r;
	folder->total += file->length;
	r = is_html(name) ? parse_html(folder, path, &json) : parse_json(folder, path, &json);
	if (r < 0)
		return r;
	return cJSON_AddItemToArray(folder->answers, steal_pointer(json)) ? 0 : -ENOMEM;
}

static int read_files(struct folder *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder->portal.location, &entries, is_page, alphasort), r = 0;

	if (count < 0)
		return sentence_say(folder->portal.answer.failure, -errno, "%s can't be read: %m",
				    folder->portal.location);
	for (int i = 0; i < count; i++) {
		if (r == 0 && i < FILES_MAX)
			r = read_file(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (r == 0 && count == 0)
		return portal_refuse(&folder->portal,
				     "it holds no saved page (.html, .htm or .json)");
	if (r == 0 && count > FILES_MAX)
		return portal_refuse(&folder->portal, "it holds more than %d files", FILES_MAX);
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
		int r;

		if (strcmp(portal_page_id(answer), id) != 0)
			continue;
		complaint = portal_page_complaint(answer, &detail);
		if (complaint)
			return portal_refuse(&folder->portal, "page %s: %s%s%s", id, complaint,
					     detail[0] != '\0' ? ": " : "", detail);
		portal_page_survey(answer, &page);
		r = more ? portal_page_rows(answer, &folder->map, &page, more) : -ENOMEM;
		if (r < 0)
			return r;
		if (page.error)
			return portal_refuse(&folder->portal,
					     "page %s: it shows an error within: %s", id,
					     page.error);
		if (page.total != PORTAL_NO_TOTAL)
			*total = page.total;
		(void)portal_capture_merge(rows, more);
	}
	return 0;
}

static int join_detail(struct folder *folder, const char *detail, cJSON *row)
{
	const cJSON *answer;

	cJSON_ArrayForEach(answer, folder->answers)
	{
		_cleanup_json_ cJSON *fields = cJSON_CreateArray();
		int r;

		if (strcmp(portal_page_id(answer), detail) != 0)
			continue;
		r = fields ? portal_page_record(answer, &folder->map, json_text(row, "sys_id"),
						fields)
			   : -ENOMEM;
		if (r > 0)
			return portal_capture_join(row, fields);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_page(struct folder *folder, const char *id, const char *level, size_t *pages)
{
	const char *detail = label_map_detail(&folder->map, id);
	_cleanup_json_ cJSON *rows = cJSON_CreateArray();
	int64_t total = PORTAL_NO_TOTAL;
	const cJSON *answer;
	cJSON *row;
	bool saved = false;
	int r;

	cJSON_ArrayForEach(answer, folder->answers) saved =
		saved || strcmp(portal_page_id(answer), id) == 0;
	if (!saved)
		return 0;
	(*pages)++;
	r = rows ? collect_rows(folder, id, rows, &total) : -ENOMEM;
	if (r == 0)
		r = portal_capture_check(&folder->portal, id, (size_t)cJSON_GetArraySize(rows),
					 total);
	cJSON_ArrayForEach(row, rows) if (r == 0 && detail[0] != '\0') r =
		join_detail(folder, detail, row);
	if (r < 0)
		return r;
	return portal_capture_page(folder->capture, id, level, total, steal_pointer(rows))
		       ? 0
		       : -ENOMEM;
}

static int take_pages(struct folder *folder)
{
	const char *id, *level;
	size_t position = 0, pages = 0;
	int r = 0;

	while (r == 0 && (id = label_map_next_page(&folder->map, &position, &level)))
		r = take_page(folder, id, level, &pages);
	if (r == 0 && pages == 0)
		return portal_refuse(
			&folder->portal,
			"none of its files is a list page that the label map names; a saved page tells its address in a comment at its top");
	return r;
}

int portal_read_folder(const char *location, const struct portal_options *options,
		       struct fetch_result *result)
{
	__attribute__((cleanup(folder_release))) struct folder folder = {
		.portal = {.options = options, .location = location},
	};
	int r = label_map_load(&folder.map, options->map);

	*result = (struct fetch_result){0};
	if (r == 0 && options->liu_page)
		r = label_map_add_liu(&folder.map, options->liu_page);
	folder.answers = cJSON_CreateArray();
	if (r == 0)
		r = portal_capture_begin(&folder.map, location, &folder.capture);
	if (r == 0)
		r = folder.answers ? read_files(&folder) : -ENOMEM;
	if (r == 0)
		r = take_pages(&folder);
	if (r == 0)
		r = portal_capture_print(folder.capture, result);
	if (r < 0)
		portal_take_answer(&folder.portal, &folder.map, r, result);
	return r;
}
