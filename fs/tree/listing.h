/*
 * Directory listings that go on anywhere, without any memory of earlier calls: an
 * entry's offset tells where the listing goes on behind it.
 *
 *   bit 63      0
 *   bits 62-60  segment (kinds.h)
 *   bits 59-44  the lowest 16 bits of the snapshot's generation
 *   bits 43-0   key within the segment: a row's or field's id, or an index from 1
 *
 * Offset 0 is the beginning; no entry has it. The last entry has
 * LISTING_OFFSET_END: the kernel asks for more after every listing, and this is
 * answered without reading the store.
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
	struct node node; /* for "." and ".." only inode and mode */
	bool dots;	  /* "." or "..": the kernel must not take it for a name */
	uint64_t offset;
	sqlite3_stmt *row; /* a value's, for listing_text(); otherwise NULL */
};

/* Takes an entry. Returns false when it has no room left, which ends the listing. */
typedef bool (*listing_emit)(void *context, const struct listing_entry *entry);

/*
 * Lists a directory from an offset on. Returns 0 at its end or when emit has no room
 * left; -ESTALE when there is no such directory; -EIO.
 */
int listing_run(const struct view *view, const struct directory *directory, uint64_t offset,
		listing_emit emit, void *context);

/* The same, but lists only files. */
int listing_files(const struct view *view, const struct directory *directory, uint64_t offset,
		  listing_emit emit, void *context);

/* A value's text without its newline, valid during the call; NULL when it can't be read. */
const char *listing_text(const struct listing_entry *entry, size_t *length);

/*
 * Where a value or document is listed in the tree of now: the directory and the
 * entry's offset in it. Returns 0, -ESTALE or -EIO.
 */
int listing_place(const struct view *view, uint64_t inode, struct directory *directory,
		  uint64_t *offset);

/* Whether an offset comes from a snapshot of the generation. */
bool listing_offset_is_of(uint64_t offset, uint32_t generation);

#endif
