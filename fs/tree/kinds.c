#include "tree/kinds.h"

#include <stddef.h>
#include <string.h>

struct shape {
	unsigned segments;
	unsigned relations;
};

#define HAS(segment) (1U << SEGMENT_##segment)
#define RELATED(relation) (1U << RELATION_##relation)

static const struct shape shapes[KIND_END] = {
	[KIND_ROOT] = {HAS(CHILDREN) | HAS(DOCUMENTS) | HAS(STATE), 0},
	[KIND_COLLECTION] = {HAS(VALUES) | HAS(LINKS) | HAS(CHILDREN) | HAS(DOCUMENTS), 0},
	[KIND_EDITION] = {HAS(VALUES) | HAS(CHILDREN), 0},
	[KIND_FACET] = {HAS(LINKS), 0},
	[KIND_SERVICE] = {HAS(VALUES) | HAS(LINKS) | HAS(RELATIONS),
			  RELATED(CONTROLS) | RELATED(LEVERAGES) | RELATED(LEVERAGED_BY)},
	[KIND_PROVIDER] = {HAS(VALUES) | HAS(RELATIONS), RELATED(SERVICES)},
	[KIND_AUDITOR] = {HAS(VALUES) | HAS(RELATIONS), RELATED(SERVICES)},
	[KIND_AGENCY] = {HAS(VALUES) | HAS(RELATIONS), RELATED(SERVICES)},
	[KIND_CONTROL] = {HAS(VALUES) | HAS(RELATIONS), RELATED(BASELINES) | RELATED(SERVICES)},
	[KIND_BASELINE] = {HAS(VALUES) | HAS(RELATIONS), RELATED(CONTROLS) | RELATED(SERVICES)},
	[KIND_DERIVED] = {HAS(VALUES) | HAS(LINKS) | HAS(CHILDREN) | HAS(DOCUMENTS) | HAS(STATE),
			  0},
	[KIND_REGISTRY] = {HAS(VALUES) | HAS(CHILDREN) | HAS(DOCUMENTS) | HAS(STATE), 0},
};

static const char *const relation_names[RELATION_END] = {
#define RELATION_NAME(number, identifier, name, meaning, meaning_ja) [number] = (name),
	VOCABULARY_RELATIONS(RELATION_NAME)
#undef RELATION_NAME
};

/* Documents exist only in the tree of now. The .registry of a day has its state alone, and only a
 * day's root shows that. */
static unsigned segments_then(enum kind kind)
{
	if (kind == KIND_REGISTRY)
		return HAS(STATE);
	return shapes[kind].segments & ~(HAS(DOCUMENTS) | (kind == KIND_ROOT ? 0 : HAS(STATE)));
}

bool directory_has_segment(const struct directory *directory, enum segment segment)
{
	if (segment == SEGMENT_DOTS)
		return true;
	if (directory->relation != RELATION_SELF)
		return segment == SEGMENT_LINKS;
	if ((unsigned)directory->kind >= KIND_END)
		return false;
	if (directory->generation != 0)
		return segments_then(directory->kind) >> segment & 1;
	return shapes[directory->kind].segments >> segment & 1;
}

bool directory_has_files(const struct directory *directory)
{
	for (unsigned segment = 0; segment < SEGMENT_COUNT; segment++)
		if ((SEGMENTS_OF_FILES >> segment & 1) &&
		    directory_has_segment(directory, (enum segment)segment))
			return true;
	return false;
}

bool kind_has_past(enum kind kind)
{
	return kind != KIND_DERIVED && kind != KIND_REGISTRY;
}

unsigned kind_relations(enum kind kind)
{
	return (unsigned)kind < KIND_END ? shapes[kind].relations : 0;
}

const char *relation_name(enum relation relation)
{
	return (unsigned)relation < RELATION_END ? relation_names[relation] : NULL;
}

enum relation relation_by_name(const char *name)
{
	for (unsigned relation = RELATION_SELF + 1; relation < RELATION_END; relation++)
		if (strcmp(name, relation_names[relation]) == 0)
			return (enum relation)relation;
	return RELATION_SELF;
}
