/* A mirror's own copy of the head that it follows, as it was signed, for anybody who wants to
 * verify it again. */
#ifndef ISMAPFS_KEPT_HEAD_H
#define ISMAPFS_KEPT_HEAD_H

#include "store/directory.h"
#include "util/span.h"

/* Returns 0 or −errno, already reported. */
int kept_head_write(const struct store_directory *store, struct span head_text,
		    struct span signature);

#endif
