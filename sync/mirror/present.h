/* What a store has now, as a head (head.h) states it, and the head that a mirror keeps. */
#ifndef ISMAPFS_PRESENT_H
#define ISMAPFS_PRESENT_H

#include "mirror/head.h"
#include "store/directory.h"
#include "util/reason.h"

/*
 * Appends the current generation file to *bytes, and states it in *head: registry,
 * uuid, schema, generation and file. Returns 0 or -errno, already reported.
 */
int present_read(const struct store_directory *store, struct buffer *bytes, struct head *head);

/*
 * Keeps the head that a mirror follows, as it was signed, so that anybody can verify it again: the
 * signature, which has four lines, then the head. One file, `mirror/head`, so that the two always
 * belong together. Returns 0 or -errno, already reported.
 */
int kept_head_write(const struct store_directory *store, const struct buffer *signature,
		    const struct buffer *head);

/*
 * Checks a mirror's current file, whose size and checksum are given, against the kept head, and
 * that against its signature and the state's signer. Returns 0; -ENOENT when the head is of another
 * generation, as after a pull that was killed; or another -errno with a sentence.
 */
int kept_head_check(const struct store_directory *store, int64_t size, const char *sha256,
		    struct reason *reason);

#endif
