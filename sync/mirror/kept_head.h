/*
 * The head that a mirror follows, as it was signed, so that anybody can verify it
 * again: the signature, which has four lines, then the head. One file, so that the two
 * always belong together.
 */
#ifndef ISMAPFS_KEPT_HEAD_H
#define ISMAPFS_KEPT_HEAD_H

#include "mirror/minisign/minisign_key.h"
#include "store/directory.h"
#include "util/reason.h"
#include "util/span.h"

/* Replaces it. Returns 0 or -errno, already reported. */
int kept_head_write(const struct store_directory *store, struct span signature, struct span head);

/* The same bytes, appended to *bytes. */
void kept_head_join(struct span signature, struct span head, struct buffer *bytes);

/* Where the head begins in such bytes; their length when the signature isn't whole. */
size_t kept_head_find(struct span bytes);

/* Appends the bytes that are kept. Returns 0 or -errno, silently. */
int kept_head_read(const struct store_directory *store, struct buffer *bytes);

/* Whether one of the keys signed a head. */
bool kept_head_is_signed(struct span signature, struct span head, const struct minisign_keys *keys);

/* Whether it is there, signed with one of the keys, and of a generation whose file has this
 * checksum. */
bool kept_head_is_of(const struct store_directory *store, const struct minisign_keys *keys,
		     const char *sha256);

/*
 * Checks a mirror's current file, whose size and checksum are given, against the kept head, and
 * that against its signature and the state's signer. Returns 0; -ENOENT without a sentence when the
 * head is of another generation, as after a pull that was killed; or another -errno with one.
 */
int kept_head_check(const struct store_directory *store, int64_t size, const char *sha256,
		    struct reason *reason);

#endif
