/*
 * Inode numbers. They are bit fields, so neither program keeps a table of them.
 * The kernel asks for a node by its number; what stat() and a listing show is another
 * one (inode_shown()), below 2^53, since many programs keep inode numbers in a double,
 * and overlayfs puts numbers of its own into the highest bits.
 *
 * The kernel's:
 *
 *   directory:  bit 63 is 1, bits 62-59 kind, 58-56 relation, 55-46 day offset,
 *               45-26 generation, 25-0 entity
 *   all others: bit 63 is 0, bits 62-60 class (enum inode_class)
 *   value, link, document: bits 59-0 the id of the row
 *   state:      bits 59-42 the generation's lowest 18 bits (README depends on
 *               it), 41-38 why it is stale, 37-6 the state's serial, 5-0 the file
 *               (enum state_file in state.h)
 *   fresh:      bits 31-0 the day that the symlink leads to
 *   day:        bits 59-56 what it is (enum day_node), 55-0 what it says (dated.c)
 *
 * A directory's generation is 0 in the tree of now. In at/ it is that of the newest list
 * up to the day, and the day offset says how many days after that list's day it is. Each
 * day has directories of its own: the kernel would move one that had two names.
 *
 * Those shown, from the same class and fields:
 *
 *   directory:  bit 52 is 1, bits 51-49 are 0, 48-46 relation, 45-26 generation,
 *               25-0 entity; an entity has one kind
 *   the root of a day, and its .registry: bit 52 is 1, bits 51-50 are 1 and 2, 49-40 day
 *               offset, 39-20 generation
 *   all others: bit 52 is 0, bits 51-49 class
 *   value, link, document: bits 48-0 the id of the row
 *   state:      bits 48-40 the generation's lowest 9 bits, 39-36 why it is stale,
 *               35-4 serial, 3-0 the file
 *   fresh:      bits 31-0 the day
 *   day:        bits 48-46 what it is, 45-0 the lowest bits of what it says
 *
 * So the directories below two days show the same number where both days show the same
 * list: what is in them is the same.
 *
 * An entity's id must be below 2^26, and a row's below 2^44 (LISTING_KEY_MAX): the driver
 * refuses a store with greater ones. The root is 1, as FUSE demands.
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
	INODE_DIRECTORY = 1, /* bit 63 says so */
	INODE_VALUE = 2,
	INODE_LINK = 3,
	INODE_DOCUMENT = 4,
	INODE_STATE = 5,
	INODE_FRESH = 6, /* the one symlink `fresh` */
	INODE_DAY = 7,
};

/* What a day's node is. */
enum day_node {
	DAY_NODE_LINK,	    /* a symlink in at/ to the day */
	DAY_NODE_CONFIRMED, /* a symlink in at/confirmed/ to the day */
	DAY_NODE_BASIS,	    /* the file day.basis in the .registry of a day */
	DAY_NODE_FROM,	    /* day.from */
	DAY_NODE_UNTIL,	    /* day.until */
};

#define INODE_ROOT_NUMBER UINT64_C(1)
#define INODE_ROW_MAX ((UINT64_C(1) << 60) - 1)
#define INODE_DAY_SAYS_MAX ((UINT64_C(1) << 46) - 1)
#define INODE_DAY_OFFSET_MAX ((UINT32_C(1) << 10) - 1)
#define INODE_GENERATION_MAX ((UINT32_C(1) << 20) - 1)
#define INODE_ENTITY_MAX ((UINT32_C(1) << 26) - 1)
#define INODE_SHOWN_MAX ((UINT64_C(1) << 53) - 1)

/* The greatest id that fits into a directory offset (fs/tree/listing.h). */
#define LISTING_KEY_MAX ((INT64_C(1) << 44) - 1)

/* The key of the directory at/ among the entities of KIND_DERIVED. */
#define AT_KEY "at"

/* The subdirectory confirmed/ of at/. No relation of the vocabulary has that number. */
#define RELATION_CONFIRMED ((enum relation)7)

/* What a directory's inode number says. */
struct directory {
	enum kind kind;
	enum relation relation;
	uint32_t generation; /* 0: the current one */
	uint32_t day_offset; /* days after that generation's day; 0 in the tree of now */
	uint32_t entity;
};

static inline enum inode_class inode_class(uint64_t inode)
{
	return inode >> 63 ? INODE_DIRECTORY : (enum inode_class)(inode >> 60);
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
	return UINT64_C(1) << 63 | (uint64_t)(directory->kind & 0xf) << 59 |
	       (uint64_t)(directory->relation & 0x7) << 56 |
	       (uint64_t)(directory->day_offset & INODE_DAY_OFFSET_MAX) << 46 |
	       (uint64_t)(directory->generation & INODE_GENERATION_MAX) << 26 |
	       (directory->entity & INODE_ENTITY_MAX);
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
		.kind = (enum kind)(inode >> 59 & 0xf),
		.relation = (enum relation)(inode >> 56 & 0x7),
		.day_offset = (uint32_t)(inode >> 46) & INODE_DAY_OFFSET_MAX,
		.generation = (uint32_t)(inode >> 26) & INODE_GENERATION_MAX,
		.entity = (uint32_t)inode & INODE_ENTITY_MAX,
	};
	return true;
}

/* A directory's number in the tree of now: which place in the tree it is, on whatever day. */
static inline uint64_t inode_without_day(uint64_t inode)
{
	struct directory directory;

	if (!inode_to_directory(inode, &directory))
		return inode;
	directory.generation = 0;
	directory.day_offset = 0;
	return inode_of_directory(&directory);
}

/* reason: enum stale_reason. */
static inline uint64_t inode_of_state(unsigned file, uint32_t generation, uint32_t serial,
				      unsigned reason)
{
	return (uint64_t)INODE_STATE << 60 | (uint64_t)(generation & 0x3ffff) << 42 |
	       (uint64_t)(reason & 0xf) << 38 | (uint64_t)serial << 6 | (file & 0x3f);
}

static inline unsigned inode_state_file(uint64_t inode)
{
	return (unsigned)(inode & 0x3f);
}

static inline uint64_t inode_of_day(enum day_node node, uint64_t says)
{
	return (uint64_t)INODE_DAY << 60 | (uint64_t)node << 56 | (says & INODE_DAY_SAYS_MAX);
}

static inline enum day_node inode_day_node(uint64_t inode)
{
	return (enum day_node)(inode >> 56 & 0xf);
}

static inline uint64_t inode_day_says(uint64_t inode)
{
	return inode & INODE_DAY_SAYS_MAX;
}

static inline uint64_t inode_shown_directory(const struct directory *directory)
{
	uint64_t shown = UINT64_C(1) << 52;
	uint64_t day = (uint64_t)directory->day_offset << 40 | (uint64_t)directory->generation
								       << 20;

	if (directory->generation != 0 && directory->kind == KIND_ROOT)
		return shown | UINT64_C(1) << 50 | day;
	if (directory->generation != 0 && directory->kind == KIND_REGISTRY)
		return shown | UINT64_C(2) << 50 | day;
	return shown | (uint64_t)directory->relation << 46 | (uint64_t)directory->generation << 26 |
	       directory->entity;
}

/* The number that stat() and listings show for a node. Two nodes of a tree never share one, except
 * directories of the same list below two days. */
static inline uint64_t inode_shown(uint64_t inode)
{
	uint64_t shown = (uint64_t)inode_class(inode) << 49;
	struct directory directory;

	if (inode == INODE_ROOT_NUMBER)
		return inode;
	if (inode_to_directory(inode, &directory))
		return inode_shown_directory(&directory);
	switch (inode_class(inode)) {
	case INODE_STATE:
		return shown | (inode >> 42 & 0x1ff) << 40 | (inode >> 38 & 0xf) << 36 |
		       (inode >> 6 & UINT32_MAX) << 4 | (inode & 0xf);
	case INODE_DAY: return shown | (inode >> 56 & 0x7) << 46 | inode_day_says(inode);
	default: return shown | (inode & ((UINT64_C(1) << 49) - 1));
	}
}

#endif
