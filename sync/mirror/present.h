/* What a store has now, as a head (head.h) states it. */
#ifndef ISMAPFS_PRESENT_H
#define ISMAPFS_PRESENT_H

#include "mirror/head.h"
#include "store/directory.h"
#include "mirror/minisign/minisign_key.h"
#include "util/span.h"

/*
 * Appends the current generation file to *bytes, and states it in *head: registry,
 * uuid, schema, generation and file. Returns 0 or -errno, already reported.
 */
int present_read(const struct store_directory *store, struct buffer *bytes, struct head *head);

/*
 * Keeps the head that a mirror follows as it was signed, so that anybody can verify
 * it again: the signature, which has four lines, then the head. One file, so that the
 * two always belong together. Returns 0 or -errno, already reported.
 */
int present_keep_head(const struct store_directory *store, struct span signature, struct span head);

/* Whether that head is there, signed with one of the keys, and of a generation whose file has this
 * checksum. */
bool present_has_head(const struct store_directory *store, const struct minisign_keys *keys,
		      const char *sha256);

#endif
