/*
 * Ids of services. One that is written in another way than before (in lower case,
 * as a number, without its letters) is still the same service's: it is told by the
 * ids that are known, or by how FedRAMP forms them: FR, ten digits, and up to two
 * letters. One thread.
 */
#ifndef ISMAPFS_FEDRAMP_IDS_H
#define ISMAPFS_FEDRAMP_IDS_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

/* Known ids. Add them all, sort them, and then look for one. */
struct fedramp_ids {
	char **texts;
	size_t count, capacity;
	char **of_any_case; /* the same, sorted without regard to case */
};

void fedramp_ids_add(struct fedramp_ids *ids, const char *id);

/* May be called again after more were added. */
void fedramp_ids_sort(struct fedramp_ids *ids);
void fedramp_ids_release(struct fedramp_ids *ids);

/* An id as it is known, or as FedRAMP forms it, else as it is. known may be NULL. The caller frees
 * the result. */
char *fedramp_ids_find(const struct fedramp_ids *known, const char *id);

/* The same of a member's value, as fedramp_id() reads it (members.h). *rewritten is counted up
 * where the value was written in another way. */
char *fedramp_ids_read(const struct fedramp_ids *known, const cJSON *value, bool *lost,
		       size_t *rewritten);

#endif
