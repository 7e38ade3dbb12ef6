/*
 * What a directory of each kind can hold, so that nothing is searched where it
 * can't be.
 */
#ifndef ISMAPFS_KINDS_H
#define ISMAPFS_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "inode.h"

/* The parts of a listing, in its order. The numbers are part of directory offsets (listing.h), so
 * they are 0 to 6; 7 marks the end. */
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

/* The segments that hold files, as bits. */
#define SEGMENTS_OF_FILES (1U << SEGMENT_VALUES | 1U << SEGMENT_DOCUMENTS | 1U << SEGMENT_STATE)

/* Whether the directory can hold anything in the segment. Any thread. */
bool directory_has_segment(const struct directory *directory, enum segment segment);

/* Whether the directory can hold files. Any thread. */
bool directory_has_files(const struct directory *directory);

/* Whether the tree of a past day shows directories of the kind. Any thread. */
bool kind_has_past(enum kind kind);

/* Whether a directory of the second kind can be in one of the first. The store may be an
 * attacker's, so what is elsewhere isn't shown: how deep a directory is follows from its kind. Any
 * thread. */
bool kind_holds(enum kind parent, enum kind child);

/* Whether a symlink in the directory leads to a place of its tree: it climbs to the root, and
 * nowhere else. length: of the path, which has no NUL within. Any thread. */
bool directory_holds_link(const struct directory *directory, const char *path, size_t length);

/* The relations that entities of the kind can have, as bits 1 << enum relation. Any thread. */
unsigned kind_relations(enum kind kind);

/* The name of a relation's subdirectory; NULL for an unknown relation. */
const char *relation_name(enum relation relation);

/* The relation whose subdirectory has the name; RELATION_SELF when none has. */
enum relation relation_by_name(const char *name);

#endif
