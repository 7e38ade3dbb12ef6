/* A capture that was made with another label map, as if it had been made with this one. */
#include <errno.h>
#include <string.h>

#include "sources/ismap/map.h"
#include "sources/json.h"
#include "sources/ismap/portal/portal.h"
#include "sources/ismap/portal/capture.h"
#include "stage/publication.h"

static int map_field(const struct label_map *map, cJSON *fields, cJSON *field)
{
	const char *label = json_text(field, "label"), *key = json_text(field, "key");
	const char *name = label_map_field(map, label, key);

	if (label_map_ignores(map, label, key)) {
		cJSON_Delete(cJSON_DetachItemViaPointer(fields, field));
		return 0;
	}
	if (!name)
		return 0;
	cJSON_DeleteItemFromObjectCaseSensitive(field, "field");
	return cJSON_AddStringToObject(field, "field", name) ? 0 : -ENOMEM;
}

static int map_fields(const struct label_map *map, cJSON *fields)
{
	cJSON *next;
	int r = 0;

	for (cJSON *field = cJSON_IsArray(fields) ? fields->child : NULL; r == 0 && field;
	     field = next) {
		next = field->next;
		if (cJSON_IsObject(field))
			r = map_field(map, fields, field);
	}
	return r;
}

static int map_capture(const struct label_map *map, const cJSON *capture)
{
	const cJSON *page, *row;

	cJSON_ArrayForEach(page, json_member(capture, "pages"))
		cJSON_ArrayForEach(row, json_member(page, "rows"))
	{
		int r = map_fields(map, cJSON_GetObjectItemCaseSensitive(row, "fields"));

		if (r < 0)
			return r;
	}
	return 0;
}

int portal_capture_map(const char *location, const char *map, struct fetch_result *result)
{
	_cleanup_label_map_ struct label_map labels = {0};
	_cleanup_json_ cJSON *capture = NULL;
	struct publication publication = {.location = location};
	int r = label_map_load(&labels, ismap_map(), map);

	if (r < 0) {
		fetch_result_release(result);
		memcpy(result->failure, labels.failure, sizeof(result->failure));
		return r;
	}
	publication.bytes = result->bytes;
	publication.length = result->length;
	r = json_parse(&publication, &capture);
	state_set_text(result->refusal, publication.refusal);
	if (r < 0)
		return r;
	if (strcmp(json_text(capture, "format"), PORTAL_CAPTURE_FORMAT) != 0)
		return 0;
	r = map_capture(&labels, capture);
	if (r < 0)
		return r;
	free(result->bytes);
	result->bytes = NULL;
	return portal_capture_print(capture, result);
}
