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
 * Offset 0 is the beginning; no entry has it. The last entry's is
 * LISTING_OFFSET_END, so that the kernel's question for more, which it asks of
 * every directory, needs no look into the store.
 */
#ifndef ISMAPFS_LISTING_H
#define ISMAPFS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "inode.h"
#include "tree/node.h"

struct view;

#define LISTING_OFFSET_END (UINT64_C(7) << 60)

struct listing_entry {
	const char *name; /* valid during the call */
	struct node node; /* of "." and "..": inode and type alone */
	bool dots;	  /* "." or "..": the kernel must not take it for a name */
	uint64_t offset;
	sqlite3_stmt *row; /* for listing_text(): a value's; else NULL */
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

/* The same for the files alone, whatever else the directory holds. */
int listing_files(const struct view *view, const struct directory *directory, uint64_t offset,
		  listing_emit emit, void *context);

/* A value's text without its newline, during the call. NULL when it can't be read. */
const char *listing_text(const struct listing_entry *entry, size_t *length);

/*
 * Where in the current tree a value or document is listed: the directory,
 * and the entry's offset there. Returns 0, -ESTALE or -EIO.
 */
int listing_place(const struct view *view, uint64_t inode, struct directory *directory,
		  uint64_t *offset);

/* Whether an offset was given out by a snapshot of that generation. */
bool listing_offset_is_of(uint64_t offset, uint32_t generation);

#endif
