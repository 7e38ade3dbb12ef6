/*
 * The head that a mirror follows, kept as it was signed, so that anybody can verify it again: the
 * signature, which has four lines, then the head. One file, `mirror/head`, so that the two always
 * belong together.
 */
#ifndef ISMAPFS_KEPT_HEAD_H
#define ISMAPFS_KEPT_HEAD_H

#include "store/directory.h"
#include "util/buffer.h"
#include "util/reason.h"

/* Returns 0 or -errno, already reported. */
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
