/* record.json: the facts for programs; record.schema.json describes it. */
#ifndef ISMAPFS_EVIDENCE_RECORD_H
#define ISMAPFS_EVIDENCE_RECORD_H

#include "evidence/facts/facts.h"

#define RECORD_FORMAT "ismapfs-evidence"

/* Appends the text. Returns 0 or -errno, already reported. */
int record_print(const struct evidence *evidence, struct buffer *json);

#endif
