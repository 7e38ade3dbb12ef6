/*
 * A record's fingerprint: what tells whether a publication says the same of an
 * entity as the one before. The first half of a SHA-256 over all that is read of
 * the record; two records of one fingerprint are read alike.
 */
#ifndef ISMAPFS_FINGERPRINT_H
#define ISMAPFS_FINGERPRINT_H

#include <cjson/cJSON.h>

#include "util/buffer.h"

#define FINGERPRINT_SIZE 16

struct fingerprint {
	unsigned char bytes[FINGERPRINT_SIZE];
};

/* Adds a value to what a fingerprint is taken of: no two different values add the same bytes. */
void fingerprint_add(struct buffer *bytes, const cJSON *value);

/* The same for a text. */
void fingerprint_add_text(struct buffer *bytes, const char *text);

/* The fingerprint of what was added, which is emptied. 0 or -ENOMEM. */
int fingerprint_take(struct buffer *bytes, struct fingerprint *fingerprint);

#endif
