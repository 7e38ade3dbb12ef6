/*
 * Directory listings that can be taken up again anywhere, by a server that
 * remembers nothing: an entry's offset says where the listing goes on behind
 * it.
 *
 *   bit 63      0
 *   bits 62-60  segment (kinds.h)
 *   bits 59-44  the lowest 16 bits of the snapshot's generation
 *   bits 43-0   key within the segment: a row's id, a field's, an index from 1
 *
 * Offset 0 is the beginning; no entry has it.
 */
#ifndef ISMAPFS_LISTING_H
#define ISMAPFS_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "inode.h"
#include "node.h"

struct view;

#define LISTING_KEY_MAX ((INT64_C(1) << 44) - 1)

struct listing_entry {
	const char *name; /* valid during the call */
	struct node node; /* of "." and "..": inode and type alone */
	bool dots;	  /* "." or "..": the kernel must not take it for a name */
	uint64_t offset;
};

/* Takes an entry, or returns false when it has no room left; it is then not asked again. */
typedef bool (*listing_emit)(void *context, const struct listing_entry *entry);

/*
 * Lists a directory from an offset on, in the view's snapshot.
 * Returns 0 (the end, or no room left), -ESTALE when there is no such
 * directory, -EIO.
 */
int listing_run(const struct view *view, const struct directory *directory, uint64_t offset,
		listing_emit emit, void *context);

/* Whether an offset was given out by a snapshot of that generation. */
bool listing_offset_is_of(uint64_t offset, uint32_t generation);

#endif
