#include "sources/ismap/portal/capture.h"

#include <errno.h>
#include <search.h>
#include <string.h>

#include "common/log.h"
#include "store_limits.h"
#include "sources/ismap/portal/page.h"
#include "util/json.h"
#include "util/memory.h"
#include "stage/publication.h"

static int compare_texts(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* What a tree leads to isn't its own. */
static void keep(void *node)
{
	(void)node;
}

void portal_seen_release(struct portal_seen *seen)
{
	tdestroy(seen->tree, keep);
	seen->tree = NULL;
}

/* The place of a key in a tree, which holds the key itself or one that is equal. */
static void *find_or_add(const void *key, void **tree,
			 int (*compare)(const void *left, const void *right))
{
	void *place = tsearch(key, tree, compare);

	if (!place)
		out_of_memory();
	return place;
}

size_t portal_capture_merge(struct portal_seen *seen, cJSON *rows, cJSON *more)
{
	size_t added = 0;

	while (more->child) {
		cJSON *row = cJSON_DetachItemFromArray(more, 0);

		const char *sys_id = json_text(row, "sys_id");

		const char **place = find_or_add(sys_id, &seen->tree, compare_texts);

		if (*place != sys_id) {
			cJSON_Delete(row);
			continue;
		}
		(void)cJSON_AddItemToArray(rows, row);
		added++;
	}
	return added;
}

static int compare_fields(const void *left, const void *right)
{
	int order = strcmp(json_text(left, "label"), json_text(right, "label"));

	return order != 0 ? order : strcmp(json_text(left, "key"), json_text(right, "key"));
}

void portal_capture_join(cJSON *row, cJSON *fields)
{
	cJSON *listed = cJSON_GetObjectItemCaseSensitive(row, "fields"), *other;
	void *tree = NULL;

	/* Of those of one name the last. */
	cJSON_ArrayForEach(other, listed)
	{
		cJSON **place = find_or_add(other, &tree, compare_fields);

		*place = other;
	}
	while (fields->child) {
		cJSON *field = cJSON_DetachItemFromArray(fields, 0);
		cJSON **place = find_or_add(field, &tree, compare_fields);
		cJSON *same = *place == field ? NULL : *place;

		/* The service's own page counts, unless its value is empty. */
		if (!same) {
			(void)cJSON_AddItemToArray(listed, field);
		} else if (json_text(field, "value")[0] == '\0') {
			cJSON_Delete(field);
		} else {
			*place = field;
			(void)cJSON_ReplaceItemViaPointer(listed, same, field);
		}
	}
	tdestroy(tree, keep);
}

size_t portal_capture_room(size_t length)
{
	size_t room = LIMIT_CAPTURE_MEMORY_SHORT + LIMIT_CAPTURE_MEMORY_PER_BYTE * length;

	return room < LIMIT_CAPTURE_MEMORY ? room : LIMIT_CAPTURE_MEMORY;
}

int portal_capture_check_room(size_t room, struct reason *reason)
{
	if (room > 0)
		return 0;
	return reason_refuse(
		reason,
		"its pages would take more memory than those of a list: they say one thing again and again");
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
			"page %s: it states %lld entries, but shows %zu; the list isn't whole", id,
			(long long)total, rows);
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
	if (result->length > LIMIT_PUBLICATION_SIZE)
		return reason_fail(reason, -EFBIG, "the pages' content is larger than %d bytes",
				   LIMIT_PUBLICATION_SIZE);
	checksum(result->bytes, result->length, result->sha256);
	return 0;
}
