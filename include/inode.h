/*
 * Inode numbers. They are bit fields, so neither program keeps a table of them.
 * The kernel asks for a node by its number; what stat() and a listing show is another
 * one (inode_shown()), below 2^53, since many programs keep inode numbers in a double,
 * and overlayfs puts numbers of its own into the highest bits.
 *
 * The kernel's:
 *
 *   bit 63      0
 *   bits 62-60  class (enum inode_class)
 *   value, link, document: bits 59-0 the id of the row
 *   directory:  bits 59-56 kind, 55-52 relation, 51-32 generation (0: now),
 *               31-0 entity
 *   state:      bits 59-42 the generation's lowest 18 bits (README depends on
 *               it), bit 41 whether it is stale, bits 40-8 the state's serial,
 *               bits 7-0 the file (enum state_file in state.h)
 *   day:        bits 31-0 the day that a symlink in at/ leads to, as days since
 *               1970; several names may share it
 *
 * Those shown, from the same class and fields:
 *
 *   bits 52-50  class
 *   value, link, document: bits 49-0 the id of the row
 *   directory:  bits 49-46 relation, 45-26 generation, 25-0 entity; an entity has one
 *               kind
 *   state:      bits 49-37 the generation's lowest 13 bits, 36 stale, 35-4 serial,
 *               3-0 the file
 *   day:        bits 31-0 the day
 *
 * So an entity's id must be below 2^26, and a row's below 2^44 (LISTING_KEY_MAX):
 * the driver refuses a store with greater ones.
 *
 * The root is 1, as FUSE demands; no class has that number.
 * The content behind an inode number never changes: a changed value is a new
 * row, a changed state has a new serial.
 */
#ifndef ISMAPFS_INODE_H
#define ISMAPFS_INODE_H

#include <stdbool.h>
#include <stdint.h>

#include "vocabulary.h"

enum inode_class {
	INODE_ROOT = 0,
	INODE_DIRECTORY = 1,
	INODE_VALUE = 2,
	INODE_LINK = 3,
	INODE_DOCUMENT = 4,
	INODE_STATE = 5,
	INODE_FRESH = 6, /* the one symlink `fresh` */
	INODE_DAY = 7,
};

#define INODE_ROOT_NUMBER UINT64_C(1)
#define INODE_ROW_MAX ((UINT64_C(1) << 60) - 1)
#define INODE_GENERATION_MAX ((UINT32_C(1) << 20) - 1)
#define INODE_ENTITY_MAX ((UINT32_C(1) << 26) - 1)
#define INODE_SHOWN_MAX ((UINT64_C(1) << 53) - 1)

/* The greatest id that fits into a directory offset (fs/tree/listing.h). */
#define LISTING_KEY_MAX ((INT64_C(1) << 44) - 1)

/* The key of the directory at/ among the entities of KIND_DERIVED. */
#define AT_KEY "at"

/* What a directory's inode number says. */
struct directory {
	enum kind kind;
	enum relation relation;
	uint32_t generation; /* 0: the current one */
	uint32_t entity;
};

static inline enum inode_class inode_class(uint64_t inode)
{
	return (enum inode_class)(inode >> 60);
}

static inline uint64_t inode_row(uint64_t inode)
{
	return inode & INODE_ROW_MAX;
}

static inline uint64_t inode_of_row(enum inode_class class, uint64_t row)
{
	return (uint64_t) class << 60 | (row & INODE_ROW_MAX);
}

static inline uint64_t inode_of_directory(const struct directory *directory)
{
	if (directory->entity == ENTITY_ROOT && directory->generation == 0)
		return INODE_ROOT_NUMBER;
	return (uint64_t)INODE_DIRECTORY << 60 | (uint64_t)directory->kind << 56 |
	       (uint64_t)directory->relation << 52 |
	       (uint64_t)(directory->generation & INODE_GENERATION_MAX) << 32 | directory->entity;
}

/* Returns false when the number isn't a directory's. */
static inline bool inode_to_directory(uint64_t inode, struct directory *directory)
{
	if (inode == INODE_ROOT_NUMBER) {
		*directory = (struct directory){.kind = KIND_ROOT, .entity = ENTITY_ROOT};
		return true;
	}
	if (inode_class(inode) != INODE_DIRECTORY)
		return false;
	*directory = (struct directory){
		.kind = (enum kind)(inode >> 56 & 0xf),
		.relation = (enum relation)(inode >> 52 & 0xf),
		.generation = (uint32_t)(inode >> 32) & INODE_GENERATION_MAX,
		.entity = (uint32_t)inode,
	};
	return true;
}

static inline uint64_t inode_of_state(unsigned file, uint32_t generation, uint32_t serial,
				      bool stale)
{
	return (uint64_t)INODE_STATE << 60 | (uint64_t)(generation & 0x3ffff) << 42 |
	       (uint64_t)stale << 41 | (uint64_t)serial << 8 | (file & 0xff);
}

/* The number that stat() and listings show for a node. Two nodes of a tree never share one. */
static inline uint64_t inode_shown(uint64_t inode)
{
	uint64_t shown = (uint64_t)inode_class(inode) << 50;

	switch (inode_class(inode)) {
	case INODE_ROOT: return inode;
	case INODE_DIRECTORY:
		return shown | (inode >> 52 & 0xf) << 46 |
		       (inode >> 32 & INODE_GENERATION_MAX) << 26 | (inode & INODE_ENTITY_MAX);
	case INODE_STATE:
		return shown | (inode >> 42 & 0x1fff) << 37 | (inode >> 41 & 1) << 36 |
		       (inode >> 8 & UINT32_MAX) << 4 | (inode & 0xf);
	default: return shown | (inode & ((UINT64_C(1) << 50) - 1));
	}
}

static inline uint64_t inode_of_day(int64_t day)
{
	return inode_of_row(INODE_DAY, (uint32_t)day);
}

static inline int64_t inode_day(uint64_t inode)
{
	return (int32_t)(uint32_t)inode;
}

static inline unsigned inode_state_file(uint64_t inode)
{
	return (unsigned)(inode & 0xff);
}

#endif
