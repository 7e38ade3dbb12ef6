#include "tree/kinds.h"

#include <string.h>

#include "store/names.h"

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

bool kind_holds(enum kind parent, enum kind child)
{
	switch (child) {
	case KIND_ROOT: return false;
	case KIND_COLLECTION:
	case KIND_REGISTRY: return parent == KIND_ROOT;
	case KIND_CONTROL: return parent == KIND_EDITION;
	case KIND_DERIVED:
		return parent == KIND_ROOT || parent == KIND_REGISTRY || parent == KIND_DERIVED;
	default: return parent == KIND_COLLECTION;
	}
}

/* How many directories are above one of the kind. */
static unsigned kind_depth(enum kind kind)
{
	switch (kind) {
	case KIND_ROOT: return 0;
	case KIND_COLLECTION:
	case KIND_REGISTRY: return 1;
	case KIND_CONTROL: return 3;
	default: return 2;
	}
}

/* Names with / between them. */
static bool is_downward(const char *path)
{
	for (;;) {
		size_t length = strcspn(path, "/");

		if (!name_is_shown(path, length))
			return false;
		if (path[length] == '\0')
			return true;
		path += length + 1;
	}
}

bool directory_holds_link(const struct directory *directory, const char *path, size_t length)
{
	static const char up[] = "../";
	unsigned depth = kind_depth(directory->kind) + (directory->relation != RELATION_SELF);

	if (!path || strlen(path) != length)
		return false;
	/* Those of at/, for example, are beside what they lead to. */
	if (directory->kind == KIND_DERIVED)
		return name_is_shown(path, length);
	for (; depth > 0; depth--) {
		if (strncmp(path, up, strlen(up)) != 0)
			return false;
		path += strlen(up);
	}
	return is_downward(path);
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
