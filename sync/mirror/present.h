/* What a store has now, as a head (head.h) states it. */
#ifndef ISMAPFS_PRESENT_H
#define ISMAPFS_PRESENT_H

#include "mirror/head.h"
#include "store/directory.h"

/*
 * Appends the current generation file to *bytes, and states it in *head: registry,
 * uuid, schema, generation and file. Returns 0 or -errno, already reported.
 */
int present_read(const struct store_directory *store, struct buffer *bytes, struct head *head);

#endif
