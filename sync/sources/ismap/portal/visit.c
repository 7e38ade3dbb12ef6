#include "sources/ismap/portal/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_limits.h"
#include "sources/ismap/map.h"
#include "util/json.h"
#include "common/log.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/page.h"
#include "sources/ismap/portal/session.h"
#include "sources/ismap/portal/wall.h"
#include "util/memory.h"

/* More pages than any list has, so that a list without an end is left. */
#define LIST_PAGES_MAX 1000

struct visit {
	struct portal portal;
	struct label_map map;
	cJSON *capture;
	size_t room; /* as for portal_fields_add() */
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
	struct portal_seen seen;
	int64_t total;
};

static void list_release(struct list *list)
{
	portal_seen_release(&list->seen);
	cJSON_Delete(list->rows);
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
		return reason_refuse(visit->portal.reason, "page %s: %s%s%s", list->id, complaint,
				     detail[0] != '\0' ? ": " : "", detail);
	portal_page_survey(answer, &page);
	portal_page_rows(answer, &visit->map, &page, &visit->room, rows);
	r = portal_capture_check_room(visit->room, visit->portal.reason);
	if (r < 0)
		return r;
	if (page.error)
		return reason_refuse(visit->portal.reason, "page %s: it shows an error within: %s",
				     list->id, page.error);
	if (!rows->child && page.login)
		return portal_wall_refuse(visit->portal.reason, list->id);
	if (page.total != PORTAL_NO_TOTAL && list->total != PORTAL_NO_TOTAL &&
	    page.total != list->total)
		return reason_refuse(
			visit->portal.reason,
			"page %s: the list changed while it was read: it stated a total of %lld, then %lld; try again",
			list->id, (long long)list->total, (long long)page.total);
	if (page.total != PORTAL_NO_TOTAL)
		list->total = page.total;
	*added = portal_capture_merge(&list->seen, list->rows, rows);
	return 0;
}

static int ask_list(struct visit *visit, const struct list *list, int number, cJSON **answer)
{
	const char *parameter = label_map_value(&visit->map, "portal", "page-parameter");
	_cleanup_free_ char *query =
		number == 1 ? xasprintf("id=%s", list->id)
			    : xasprintf("id=%s&%s=%d", list->id, parameter, number);

	return portal_ask(&visit->portal, query, answer);
}

static int read_list_page(struct visit *visit, struct list *list, int number, size_t *added)
{
	_cleanup_json_ cJSON *answer = NULL;
	int r = ask_list(visit, list, number, &answer);

	return r < 0 ? r : read_rows(visit, list, answer, added);
}

/* Shows progress on a terminal, unless --verbose writes lines there. */
static void begin_progress(struct visit *visit, const char *label)
{
	struct progress *progress = &visit->portal.progress;
	const struct network *network = visit->portal.network;

	*progress = (struct progress){.label = label};
	progress_begin(progress);
	progress->terminal = progress->terminal && !network->quiet && !network->verbose;
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
		if (!visit->portal.network->quiet)
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
	return r < 0 ? r
		     : portal_capture_check(list->id, count, list->total,
					    visit->portal.network->quiet, visit->portal.reason);
}

static int read_record(struct visit *visit, const char *query, const char *sys_id, cJSON *fields)
{
	_cleanup_json_ cJSON *answer = NULL;
	const char *detail, *complaint;
	int found, r = portal_ask(&visit->portal, query, &answer);

	if (r < 0)
		return r;
	complaint = portal_page_complaint(answer, &detail);
	if (complaint)
		return reason_refuse(visit->portal.reason, "page of %s: %s%s%s", sys_id, complaint,
				     detail[0] != '\0' ? ": " : "", detail);
	found = portal_page_record(answer, &visit->map, sys_id, &visit->room, fields);
	r = portal_capture_check_room(visit->room, visit->portal.reason);
	return r < 0 ? r : found;
}

/* Reads the service's own page; once more in a new session if it shows nothing. */
static int read_detail(struct visit *visit, const char *page, cJSON *row)
{
	const char *sys_id = json_text(row, "sys_id");
	_cleanup_json_ cJSON *fields = cJSON_CreateArray();
	_cleanup_free_ char *query = xasprintf("id=%s&sys_id=%s", page, sys_id), *url = NULL;
	int r = read_record(visit, query, sys_id, fields);

	if (r == 0) {
		portal_forget_session(&visit->portal);
		r = read_record(visit, query, sys_id, fields);
	}
	if (r == 0)
		return reason_refuse(visit->portal.reason,
				     "page of %s: it doesn't show that service", sys_id);
	if (r < 0)
		return r;
	url = portal_page_url(&visit->portal, query);
	(void)cJSON_AddStringToObject(row, "url", url);
	portal_capture_join(row, fields);
	return 0;
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
	__attribute__((cleanup(list_release))) struct list list = {
		.id = id,
		.rows = cJSON_CreateArray(),
		.total = PORTAL_NO_TOTAL,
	};
	int r = read_list(visit, &list);

	if (r < 0)
		return r;
	r = detail[0] != '\0' ? read_details(visit, detail, list.rows) : 0;
	if (r < 0)
		return r;
	portal_capture_page(visit->capture, id, level, list.total, steal_pointer(list.rows));
	return 0;
}

static int visit_all(struct visit *visit)
{
	char address[STATE_TEXT_SIZE];
	const char *id, *level;
	size_t position = 0;

	(void)snprintf(address, sizeof(address), "%s%s", visit->portal.origin, visit->portal.path);
	visit->capture = portal_capture_begin(&visit->map, address);
	while ((id = label_map_next_page(&visit->map, &position, &level))) {
		int r = visit_page(visit, id, level);

		if (r < 0)
			return r;
	}
	if (!cJSON_GetObjectItemCaseSensitive(visit->capture, "pages")->child)
		return reason_fail(visit->portal.reason, -EINVAL,
				   "the label map names no page of a list; see [pages]");
	return 0;
}

/* Hands a refused answer over in the failed result. */
static void take_answer(struct portal *portal, struct fetch_result *result)
{
	fetch_result_release(result);
	if (!portal->reason->refused)
		return;
	result->bytes = steal_pointer(portal->answer.bytes);
	result->length = portal->answer.length;
	memcpy(result->sha256, portal->answer.sha256, sizeof(result->sha256));
}

int portal_visit(struct network *network, const struct fetch_request *request,
		 const struct source_options *options, struct fetch_result *result)
{
	__attribute__((cleanup(visit_release))) struct visit visit = {
		.room = LIMIT_CAPTURE_MEMORY,
	};
	struct reason *reason = request->reason;
	int r = ismap_map_load(&visit.map, options, reason);

	*result = (struct fetch_result){0};
	if (r < 0)
		return r;
	r = portal_open(&visit.portal, request->location.text, network, options, reason);
	if (r == 0)
		r = visit_all(&visit);
	if (r == 0)
		r = portal_capture_print(visit.capture, reason, result);
	if (r < 0)
		take_answer(&visit.portal, result);
	else
		result->network = true;
	return r;
}
