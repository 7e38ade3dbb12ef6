/*
 * The head that a mirror follows, as it was signed, so that anybody can verify it
 * again: the signature, which has four lines, then the head. One file, so that the two
 * always belong together.
 */
#ifndef ISMAPFS_KEPT_HEAD_H
#define ISMAPFS_KEPT_HEAD_H

#include "mirror/minisign/minisign_key.h"
#include "store/directory.h"
#include "util/span.h"

/* Replaces it. Returns 0 or -errno, already reported. */
int kept_head_write(const struct store_directory *store, struct span signature, struct span head);

/* Whether it is there, signed with one of the keys, and of a generation whose file has this
 * checksum. */
bool kept_head_is_of(const struct store_directory *store, const struct minisign_keys *keys,
		     const char *sha256);

#endif
