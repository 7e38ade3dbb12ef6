/* A visit from its first page to its last, as one document (portal.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/json.h"
#include "common/log.h"
#include "sources/ismap/portal/portal.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/fields.h"
#include "sources/ismap/portal/page.h"
#include "stage/publication.h"
#include "util/sentence.h"

/* More pages than any list has: the end of one that never ends. */
#define LIST_PAGES_MAX 1000

struct visit {
	struct portal portal;
	struct label_map map;
	cJSON *capture;
};

static void visit_release(struct visit *visit)
{
	portal_close(&visit->portal);
	label_map_release(&visit->map);
	cJSON_Delete(visit->capture);
}

/* One list page's reading. */
struct list {
	const char *id;
	cJSON *rows;
	int64_t total;
};

static bool has_row(const cJSON *rows, const char *sys_id)
{
	const cJSON *row;

	cJSON_ArrayForEach(row,
			   rows) if (strcmp(json_text(row, "sys_id"), sys_id) == 0) return true;
	return false;
}

size_t portal_capture_merge(cJSON *rows, cJSON *more)
{
	size_t added = 0;

	while (more->child) {
		cJSON *row = cJSON_DetachItemFromArray(more, 0);

		if (has_row(rows, json_text(row, "sys_id"))) {
			cJSON_Delete(row);
			continue;
		}
		(void)cJSON_AddItemToArray(rows, row);
		added++;
	}
	return added;
}

/* The rows of one answer. *added: how many of them are new. */
static int read_rows(struct visit *visit, struct list *list, const cJSON *answer, size_t *added)
{
	_cleanup_json_ cJSON *rows = cJSON_CreateArray();
	const char *detail, *complaint = portal_page_complaint(answer, &detail);
	struct portal_page page;
	int r;

	*added = 0;
	if (complaint)
		return portal_refuse(&visit->portal, "page %s: %s%s%s", list->id, complaint,
				     detail[0] != '\0' ? ": " : "", detail);
	portal_page_survey(answer, &page);
	r = rows ? portal_page_rows(answer, &visit->map, &page, rows) : -ENOMEM;
	if (r < 0)
		return r;
	if (page.error)
		return portal_refuse(&visit->portal, "page %s: it shows an error within: %s",
				     list->id, page.error);
	if (!rows->child && page.login)
		return portal_refuse(&visit->portal,
				     "page %s: it shows a login page instead of the list",
				     list->id);
	if (page.total != PORTAL_NO_TOTAL && list->total != PORTAL_NO_TOTAL &&
	    page.total != list->total)
		return portal_refuse(
			&visit->portal,
			"page %s: the list changed while it was read: it stated %lld entries, then %lld; try again",
			list->id, (long long)list->total, (long long)page.total);
	if (page.total != PORTAL_NO_TOTAL)
		list->total = page.total;
	*added = portal_capture_merge(list->rows, rows);
	return 0;
}

static int ask_list(struct visit *visit, const struct list *list, int number, cJSON **answer)
{
	const char *parameter = label_map_value(&visit->map, "portal", "page-parameter");
	_cleanup_free_ char *query = NULL;
	int r;

	if (number == 1)
		r = asprintf(&query, "id=%s", list->id);
	else
		r = asprintf(&query, "id=%s&%s=%d", list->id, parameter, number);
	if (r < 0) {
		query = NULL;
		return -ENOMEM;
	}
	return portal_ask(&visit->portal, query, answer);
}

static int read_list_page(struct visit *visit, struct list *list, int number, size_t *added)
{
	_cleanup_json_ cJSON *answer = NULL;
	int r = ask_list(visit, list, number, &answer);

	return r < 0 ? r : read_rows(visit, list, answer, added);
}

int portal_capture_check(struct portal *portal, const char *id, size_t rows, int64_t total)
{
	if (rows == 0)
		return portal_refuse(
			portal,
			"page %s: it shows no entry that the label map recognizes; 'ismap-sync probe' shows what it says",
			id);
	if (total != PORTAL_NO_TOTAL && (int64_t)rows != total)
		return portal_refuse(
			portal,
			"page %s: it states %lld entries, but shows %zu; the list isn't whole", id,
			(long long)total, rows);
	if (total == PORTAL_NO_TOTAL && !portal->options->quiet)
		log_warning(
			"%s: page %s states no number of entries; the list doesn't count as complete",
			portal->location, id);
	return 0;
}

/* A line on a terminal; nothing between the lines that --verbose writes. */
static void begin_progress(struct visit *visit, const char *label)
{
	struct progress *progress = &visit->portal.progress;
	const struct portal_options *options = visit->portal.options;

	*progress = (struct progress){.label = label};
	progress_begin(progress);
	progress->terminal = progress->terminal && !options->quiet && !options->verbose;
}

static int read_list(struct visit *visit, struct list *list)
{
	size_t added, count = 0;
	int r;

	begin_progress(visit, "entries of the list");
	progress_show(&visit->portal.progress, 0, 0);
	r = read_list_page(visit, list, 1, &added);

	/* A stale session also shows as an empty list. */
	if (r == 0 && added == 0) {
		progress_end(&visit->portal.progress);
		if (!visit->portal.options->quiet)
			log_info("%s: page %s is empty; asking again in a new session",
				 visit->portal.location, list->id);
		portal_forget_session(&visit->portal);
		r = read_list_page(visit, list, 1, &added);
	}
	for (int number = 2; r == 0 && added > 0 && number <= LIST_PAGES_MAX; number++) {
		count += added;
		progress_show(&visit->portal.progress, count,
			      list->total == PORTAL_NO_TOTAL ? 0 : (size_t)list->total);
		if (list->total == PORTAL_NO_TOTAL || (int64_t)count >= list->total)
			break;
		r = read_list_page(visit, list, number, &added);
	}
	progress_end(&visit->portal.progress);
	return r < 0 ? r : portal_capture_check(&visit->portal, list->id, count, list->total);
}

static int read_record(struct visit *visit, const char *query, const char *sys_id, cJSON *fields)
{
	_cleanup_json_ cJSON *answer = NULL;
	const char *detail, *complaint;
	int r = portal_ask(&visit->portal, query, &answer);

	if (r < 0)
		return r;
	complaint = portal_page_complaint(answer, &detail);
	if (complaint)
		return portal_refuse(&visit->portal, "page of %s: %s%s%s", sys_id, complaint,
				     detail[0] != '\0' ? ": " : "", detail);
	return portal_page_record(answer, &visit->map, sys_id, fields);
}

/* The service's own page; in a new session once, should it show nothing. */
static int read_detail(struct visit *visit, const char *page, cJSON *row)
{
	const char *sys_id = json_text(row, "sys_id");
	_cleanup_json_ cJSON *fields = cJSON_CreateArray();
	_cleanup_free_ char *query = NULL, *url = NULL;
	int r;

	if (!fields || asprintf(&query, "id=%s&sys_id=%s", page, sys_id) < 0) {
		query = NULL;
		return -ENOMEM;
	}
	r = read_record(visit, query, sys_id, fields);
	if (r == 0) {
		portal_forget_session(&visit->portal);
		r = read_record(visit, query, sys_id, fields);
	}
	if (r == 0)
		return portal_refuse(&visit->portal, "page of %s: it doesn't show that service",
				     sys_id);
	if (r > 0)
		r = portal_page_url(&visit->portal, query, &url);
	if (r < 0)
		return r;
	if (!cJSON_AddStringToObject(row, "url", url))
		return -ENOMEM;
	return portal_capture_join(row, fields);
}

static bool same_field(const cJSON *one, const cJSON *other)
{
	return strcmp(json_text(one, "label"), json_text(other, "label")) == 0 &&
	       strcmp(json_text(one, "key"), json_text(other, "key")) == 0;
}

int portal_capture_join(cJSON *row, cJSON *fields)
{
	cJSON *listed = cJSON_GetObjectItemCaseSensitive(row, "fields");

	while (fields->child) {
		cJSON *field = cJSON_DetachItemFromArray(fields, 0), *other, *same = NULL;

		cJSON_ArrayForEach(other, listed) if (same_field(other, field)) same = other;
		/* What the service's own page says, unless it says nothing. */
		if (same && json_text(field, "value")[0] == '\0')
			cJSON_Delete(field);
		else if (same)
			(void)cJSON_ReplaceItemViaPointer(listed, same, field);
		else if (!cJSON_AddItemToArray(listed, field))
			return -ENOMEM;
	}
	return 0;
}

int portal_capture_begin(const struct label_map *map, const char *portal, cJSON **begun)
{
	cJSON *capture = *begun = cJSON_CreateObject();
	const char *edition = label_map_value(map, "portal", "edition");

	if (!capture || !cJSON_AddStringToObject(capture, "format", PORTAL_CAPTURE_FORMAT) ||
	    !cJSON_AddNumberToObject(capture, "version", PORTAL_CAPTURE_VERSION) ||
	    !cJSON_AddStringToObject(capture, "portal", portal) ||
	    !cJSON_AddStringToObject(capture, "edition", edition) ||
	    !cJSON_AddArrayToObject(capture, "pages"))
		return -ENOMEM;
	return 0;
}

cJSON *portal_capture_page(cJSON *capture, const char *id, const char *level, int64_t total,
			   cJSON *rows)
{
	cJSON *page = cJSON_CreateObject();

	if (!page || !cJSON_AddStringToObject(page, "page", id) ||
	    !cJSON_AddStringToObject(page, "level", level) ||
	    (total != PORTAL_NO_TOTAL && !cJSON_AddNumberToObject(page, "total", (double)total)) ||
	    !cJSON_AddItemToObject(page, "rows", rows)) {
		cJSON_Delete(page);
		return NULL;
	}
	(void)cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(capture, "pages"), page);
	return page;
}

static int read_details(struct visit *visit, const char *page, cJSON *rows)
{
	size_t count = (size_t)cJSON_GetArraySize(rows), done = 0;
	cJSON *row;
	int r = 0;

	begin_progress(visit, "services");
	cJSON_ArrayForEach(row, rows)
	{
		progress_show(&visit->portal.progress, done++, count);
		r = read_detail(visit, page, row);
		if (r < 0)
			break;
	}
	progress_end(&visit->portal.progress);
	return r;
}

static int visit_page(struct visit *visit, const char *id, const char *level)
{
	const char *detail = label_map_detail(&visit->map, id);
	_cleanup_json_ cJSON *rows = cJSON_CreateArray();
	struct list list = {.id = id, .rows = rows, .total = PORTAL_NO_TOTAL};
	int r = rows ? read_list(visit, &list) : -ENOMEM;

	if (r == 0 && detail[0] != '\0')
		r = read_details(visit, detail, rows);
	if (r < 0)
		return r;
	return portal_capture_page(visit->capture, id, level, list.total, steal_pointer(rows))
		       ? 0
		       : -ENOMEM;
}

int portal_capture_print(const cJSON *capture, struct fetch_result *result)
{
	char *text = cJSON_Print(capture);

	if (!text)
		return -ENOMEM;
	result->bytes = (unsigned char *)text;
	result->length = strlen(text);
	if (result->length > PUBLICATION_SIZE_MAX)
		return log_error_errno(-EFBIG, "what the pages say is larger than %d bytes",
				       PUBLICATION_SIZE_MAX);
	return checksum(result->bytes, result->length, result->sha256);
}

static int visit_all(struct visit *visit)
{
	char address[STATE_TEXT_SIZE];
	const char *id, *level;
	size_t position = 0, pages = 0;
	int r;

	(void)snprintf(address, sizeof(address), "%s%s", visit->portal.origin, visit->portal.path);
	r = portal_capture_begin(&visit->map, address, &visit->capture);
	while (r == 0 && (id = label_map_next_page(&visit->map, &position, &level))) {
		r = visit_page(visit, id, level);
		pages++;
	}
	if (r == 0 && pages == 0)
		r = sentence_say(visit->portal.answer.failure, -EINVAL,
				 "the label map names no page of a list; see [pages]");
	return r;
}

void portal_take_answer(struct portal *portal, const struct label_map *map, int error,
			struct fetch_result *result)
{
	fetch_result_release(result);
	if (error == -EBADMSG && portal->refusal[0] != '\0') {
		result->bytes = steal_pointer(portal->answer.bytes);
		result->length = portal->answer.length;
		memcpy(result->sha256, portal->answer.sha256, sizeof(result->sha256));
		state_set_text(result->refusal, portal->refusal);
	}
	memcpy(result->failure, map->failure[0] != '\0' ? map->failure : portal->answer.failure,
	       sizeof(result->failure));
	result->http_status = portal->answer.http_status;
	result->retry_after = portal->asked / 1000;
}

int portal_visit(const char *location, const struct portal_options *options,
		 struct fetch_result *result)
{
	__attribute__((cleanup(visit_release))) struct visit visit = {.capture = NULL};
	int r = label_map_load(&visit.map, options->map);

	*result = (struct fetch_result){0};
	if (r == 0 && options->liu_page)
		r = label_map_add_liu(&visit.map, options->liu_page);
	if (r == 0)
		r = portal_open(&visit.portal, location, options);
	if (r == 0)
		r = visit_all(&visit);
	if (r == 0)
		r = portal_capture_print(visit.capture, result);
	if (r < 0) {
		portal_take_answer(&visit.portal, &visit.map, r, result);
		return r;
	}
	result->network = true;
	return 0;
}
