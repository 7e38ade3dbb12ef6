#include "sources/ismap/portal/capture.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "sources/ismap/portal/page.h"
#include "util/json.h"
#include "stage/publication.h"

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

static bool same_field(const cJSON *one, const cJSON *other)
{
	return strcmp(json_text(one, "label"), json_text(other, "label")) == 0 &&
	       strcmp(json_text(one, "key"), json_text(other, "key")) == 0;
}

void portal_capture_join(cJSON *row, cJSON *fields)
{
	cJSON *listed = cJSON_GetObjectItemCaseSensitive(row, "fields");

	while (fields->child) {
		cJSON *field = cJSON_DetachItemFromArray(fields, 0), *other, *same = NULL;

		cJSON_ArrayForEach(other, listed) if (same_field(other, field)) same = other;
		/* The service's own page counts, unless its value is empty. */
		if (same && json_text(field, "value")[0] == '\0')
			cJSON_Delete(field);
		else if (same)
			(void)cJSON_ReplaceItemViaPointer(listed, same, field);
		else
			(void)cJSON_AddItemToArray(listed, field);
	}
}

int portal_capture_check(const char *id, size_t rows, int64_t total, bool quiet,
			 struct reason *reason)
{
	if (rows == 0)
		return reason_refuse(
			reason,
			"page %s: it shows no entry that the label map recognizes; 'ismap-sync probe' shows what it says",
			id);
	if (total != PORTAL_NO_TOTAL && (int64_t)rows != total)
		return reason_refuse(
			reason,
			"page %s: it states a total of %lld, but shows %zu; the list isn't whole",
			id, (long long)total, rows);
	if (total == PORTAL_NO_TOTAL && !quiet)
		log_warning(
			"%s: page %s states no number of entries; the list doesn't count as complete",
			reason->about, id);
	return 0;
}

cJSON *portal_capture_begin(const struct label_map *map, const char *portal)
{
	cJSON *capture = cJSON_CreateObject();
	const char *edition = label_map_value(map, "portal", "edition");

	(void)cJSON_AddStringToObject(capture, "format", PORTAL_CAPTURE_FORMAT);
	(void)cJSON_AddNumberToObject(capture, "version", PORTAL_CAPTURE_VERSION);
	(void)cJSON_AddStringToObject(capture, "portal", portal);
	(void)cJSON_AddStringToObject(capture, "edition", edition);
	(void)cJSON_AddArrayToObject(capture, "pages");
	return capture;
}

void portal_capture_page(cJSON *capture, const char *id, const char *level, int64_t total,
			 cJSON *rows)
{
	cJSON *page = cJSON_CreateObject();

	(void)cJSON_AddStringToObject(page, "page", id);
	(void)cJSON_AddStringToObject(page, "level", level);
	if (total != PORTAL_NO_TOTAL)
		(void)cJSON_AddNumberToObject(page, "total", (double)total);
	(void)cJSON_AddItemToObject(page, "rows", rows);
	(void)cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(capture, "pages"), page);
}

int portal_capture_print(const cJSON *capture, struct reason *reason, struct fetch_result *result)
{
	result->bytes = (unsigned char *)cJSON_Print(capture);
	result->length = strlen((const char *)result->bytes);
	if (result->length > PUBLICATION_SIZE_MAX)
		return reason_fail(reason, -EFBIG, "the pages' content is larger than %d bytes",
				   PUBLICATION_SIZE_MAX);
	checksum(result->bytes, result->length, result->sha256);
	return 0;
}
