/*
 * What a directory of each kind can hold, so that nothing is looked for where
 * it can't be.
 */
#ifndef ISMAPFS_KINDS_H
#define ISMAPFS_KINDS_H

#include <stdbool.h>

#include "inode.h"

/* The parts of a listing, in the order in which it shows them. The numbers are
 * part of directory offsets (listing.h): 0 to 7. */
enum segment {
	SEGMENT_DOTS,
	SEGMENT_VALUES,
	SEGMENT_LINKS,
	SEGMENT_RELATIONS,
	SEGMENT_CHILDREN,
	SEGMENT_DOCUMENTS,
	SEGMENT_STATE,
	SEGMENT_COUNT,
};

/* The segments that show files, as bits. */
#define SEGMENTS_OF_FILES (1U << SEGMENT_VALUES | 1U << SEGMENT_DOCUMENTS | 1U << SEGMENT_STATE)

/* Whether the directory can have anything in a segment. Any thread. */
bool directory_has_segment(const struct directory *directory, enum segment segment);

/* Whether it can have files. Any thread. */
bool directory_has_files(const struct directory *directory);

/* Whether dated trees show directories of the kind. Any thread. */
bool kind_has_past(enum kind kind);

/* The relations that entities of the kind can have, as bits 1 << enum relation. Any thread. */
unsigned kind_relations(enum kind kind);

/* The name of a relation's subdirectory; a constant. NULL when there is no such relation. */
const char *relation_name(enum relation relation);

/* The relation whose subdirectory has the name, RELATION_SELF when none has. */
enum relation relation_by_name(const char *name);

#endif
