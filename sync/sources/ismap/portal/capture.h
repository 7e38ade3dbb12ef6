/* Making a capture (portal.h): what a visit and a folder of saved pages share. */
#ifndef ISMAPFS_PORTAL_CAPTURE_H
#define ISMAPFS_PORTAL_CAPTURE_H

#include "sources/ismap/portal/portal.h"

/* An empty capture, which the caller deletes, also after an error. */
int portal_capture_begin(const struct label_map *map, const char *portal, cJSON **begun);

/* Moves rows to the end of others, without those whose sys_id is there. Returns how many. */
size_t portal_capture_merge(cJSON *rows, cJSON *more);

/* Moves the fields of a service's own page into its row. 0 or -ENOMEM. */
int portal_capture_join(cJSON *row, cJSON *fields);

/* Refuses a list that is empty, or isn't as long as it says. 0 or -EBADMSG, said. */
int portal_capture_check(struct portal *portal, const char *id, size_t rows, int64_t total);

/* Adds a list page to a capture; rows becomes its own. NULL: no memory. */
cJSON *portal_capture_page(cJSON *capture, const char *id, const char *level, int64_t total,
			   cJSON *rows);

/* Writes a capture as the bytes of a result. */
int portal_capture_print(const cJSON *capture, struct fetch_result *result);

/* Leaves in a failed result what is known of the failure. */
void portal_take_answer(struct portal *portal, const struct label_map *map, int error,
			struct fetch_result *result);

#endif
