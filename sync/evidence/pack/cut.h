/*
 * Cutting a publisher's own record of one service out of its document: what jq makes of the same
 * filter, to the byte, but for numbers that a double doesn't hold exactly.
 */
#ifndef ISMAPFS_EVIDENCE_CUT_H
#define ISMAPFS_EVIDENCE_CUT_H

#include <cjson/cJSON.h>

#include "sources/record.h"
#include "util/buffer.h"

/* Appends all records of that number, and the filter of jq that finds them. Returns how many. */
size_t cut_records(const cJSON *document, const struct record_place *place, const char *number,
		   struct buffer *records, struct buffer *filter);

#endif
