/*
 * A capture: what the pages of a portal say, as one JSON document. A visit and a
 * folder of saved pages both make one, which the source reads.
 *
 *   {"format": "ismapfs-portal-capture", "version": 1, "portal": "https://…/csm",
 *    "edition": "2022-04-01",
 *    "pages": [{"page": "cloud_service_list", "level": "ismap", "total": 120,
 *      "rows": [{"sys_id": "<32 hex>", "url": "…", "fields": [
 *        {"field": "number", "label": "登録番号", "key": "u_number",
 *         "value": "C21-0001-2", "display": "C21-0001-2"}, …]}]}]}
 *
 * `total` is missing where the portal states none. `field` is missing where the
 * label map doesn't know the label; `display` where it is the value. Nothing in it
 * depends on the time or the session: the same list gives the same bytes.
 */
#ifndef ISMAPFS_PORTAL_CAPTURE_H
#define ISMAPFS_PORTAL_CAPTURE_H

#include <cjson/cJSON.h>

#include "fetch/answer.h"
#include "sources/label_map.h"

#define PORTAL_CAPTURE_FORMAT "ismapfs-portal-capture"
#define PORTAL_CAPTURE_VERSION 1
#define PORTAL_SYS_ID_LENGTH 32

/* An empty capture; the caller deletes it. */
cJSON *portal_capture_begin(const struct label_map *map, const char *portal);

/* Which rows are there. They must live as long. */
struct portal_seen {
	void *tree;
};

void portal_seen_release(struct portal_seen *seen);
#define _cleanup_portal_seen_ __attribute__((cleanup(portal_seen_release)))

/* Moves rows to the end of others, without those whose sys_id was seen. Returns how many. */
size_t portal_capture_merge(struct portal_seen *seen, cJSON *rows, cJSON *more);

/* The room (portal_fields_add()) of what is kept of pages of that many bytes together. */
size_t portal_capture_room(size_t length);

/* Refuses what has used up its room. */
int portal_capture_check_room(size_t room, struct reason *reason);

/* Moves the fields of a service's own page into its row. */
void portal_capture_join(cJSON *row, cJSON *fields);

/* Refuses a list that is empty, or isn't as long as it says. total: as in page.h. */
int portal_capture_check(const char *id, size_t rows, int64_t total, bool quiet,
			 struct reason *reason);

/* Adds a list page to a capture; rows becomes its own. */
void portal_capture_page(cJSON *capture, const char *id, const char *level, int64_t total,
			 cJSON *rows);

/* Writes a capture as the bytes of a result. Returns 0 or -EFBIG. */
int portal_capture_print(const cJSON *capture, struct reason *reason, struct fetch_result *result);

#endif
