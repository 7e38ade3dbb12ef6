#include "tree/listing.h"

#include <errno.h>
#include <string.h>

#include "store/names.h"
#include "tree/day_files.h"
#include "tree/kinds.h"
#include "tree/tree.h"

#define GENERATION_SHIFT 44
#define GENERATION_MASK 0xffffU
#define SEGMENT_SHIFT 60

struct listing {
	const struct view *view;
	const struct directory *directory;
	listing_emit emit;
	void *context;
};

/* Segment functions list what is behind a key. They return 0, this when there is no room left, or
 * -errno. */
#define LISTING_FULL 1

static uint64_t offset_of(const struct view *view, enum segment segment, int64_t key)
{
	uint64_t generation = view->snapshot->generation & GENERATION_MASK;

	return (uint64_t)segment << SEGMENT_SHIFT | generation << GENERATION_SHIFT |
	       ((uint64_t)key & LISTING_KEY_MAX);
}

bool listing_offset_is_of(uint64_t offset, uint32_t generation)
{
	return (offset >> GENERATION_SHIFT & GENERATION_MASK) == (generation & GENERATION_MASK);
}

/* row: a value's, otherwise NULL. */
static int emit_row(const struct listing *listing, enum segment segment, int64_t key,
		    const char *name, const struct node *node, sqlite3_stmt *row)
{
	struct listing_entry entry = {
		.name = name,
		.node = *node,
		.dots = segment == SEGMENT_DOTS,
		.offset = offset_of(listing->view, segment, key),
		.row = row,
	};

	if (!entry.dots && (!name || !name_is_shown(name, strlen(name))))
		return 0;
	entry.node.name_passes = tree_is_unannounced(listing->view->snapshot, listing->directory);
	return listing->emit(listing->context, &entry) ? 0 : LISTING_FULL;
}

static int emit_entry(const struct listing *listing, enum segment segment, int64_t key,
		      const char *name, const struct node *node)
{
	return emit_row(listing, segment, key, name, node, NULL);
}

const char *listing_text(const struct listing_entry *entry, size_t *length)
{
	const char *text = (const char *)sqlite3_column_text(entry->row, COLUMN_TEXT);

	*length = (size_t)sqlite3_column_bytes(entry->row, COLUMN_TEXT);
	return text;
}

static int list_dots(const struct listing *listing, int64_t behind)
{
	struct node node = {.mode = NODE_DIRECTORY_MODE};
	struct directory parent;
	int r = 0;

	if (behind < 1) {
		node.inode = inode_of_directory(listing->directory);
		r = emit_entry(listing, SEGMENT_DOTS, 1, ".", &node);
	}
	if (r != 0 || behind >= 2)
		return r;
	r = tree_parent(listing->view, listing->directory, &parent);
	if (r < 0)
		return r;
	node.inode = inode_of_directory(&parent);
	return emit_entry(listing, SEGMENT_DOTS, 2, "..", &node);
}

static int emit_value(const struct listing *listing, sqlite3_stmt *statement)
{
	int64_t field = sqlite3_column_int64(statement, COLUMN_NAME);
	struct node node;

	tree_file_node(listing->view, INODE_VALUE, statement, &node);
	return emit_row(listing, SEGMENT_VALUES, field,
			fields_name(&listing->view->snapshot->fields, field), &node, statement);
}

static int emit_link(const struct listing *listing, sqlite3_stmt *statement)
{
	struct node node;

	if (!tree_link_is_shown(listing->directory, statement))
		return 0;
	tree_file_node(listing->view, INODE_LINK, statement, &node);
	return emit_entry(listing, SEGMENT_LINKS, sqlite3_column_int64(statement, COLUMN_ID),
			  (const char *)sqlite3_column_text(statement, COLUMN_NAME), &node);
}

static int emit_relation(const struct listing *listing, sqlite3_stmt *statement)
{
	struct directory found = *listing->directory;
	struct node node;

	found.relation = (enum relation)sqlite3_column_int(statement, COLUMN_ID);
	tree_directory_node(listing->view, &found, statement, &node);
	return emit_entry(listing, SEGMENT_RELATIONS, found.relation, relation_name(found.relation),
			  &node);
}

static int emit_child(const struct listing *listing, sqlite3_stmt *statement)
{
	const struct directory child = {
		.entity = (uint32_t)sqlite3_column_int64(statement, COLUMN_ENTITY),
		.kind = (enum kind)sqlite3_column_int(statement, COLUMN_KIND),
		.generation = listing->directory->generation,
		.day_offset = listing->directory->day_offset,
	};
	struct node node;

	if (!kind_holds(listing->directory->kind, child.kind) ||
	    (child.generation != 0 && !kind_has_past(child.kind)))
		return 0;
	tree_directory_node(listing->view, &child, statement, &node);
	return emit_entry(listing, SEGMENT_CHILDREN, sqlite3_column_int64(statement, COLUMN_KEY),
			  (const char *)sqlite3_column_text(statement, COLUMN_NAME), &node);
}

static int emit_document(const struct listing *listing, sqlite3_stmt *statement)
{
	const char *name = (const char *)sqlite3_column_text(statement, COLUMN_NAME);
	struct node node;

	if (!name || tree_document_hidden(listing->view, listing->directory, name))
		return 0;
	tree_file_node(listing->view, INODE_DOCUMENT, statement, &node);
	return emit_entry(listing, SEGMENT_DOCUMENTS, sqlite3_column_int64(statement, COLUMN_ID),
			  name, &node);
}

/* Segments that are rows of the store. */
static const struct {
	enum query query;
	int (*emit)(const struct listing *listing, sqlite3_stmt *statement);
} row_segments[SEGMENT_COUNT] = {
	[SEGMENT_VALUES] = {QUERY_LIST_VALUES, emit_value},
	[SEGMENT_LINKS] = {QUERY_LIST_LINKS, emit_link},
	[SEGMENT_RELATIONS] = {QUERY_LIST_RELATIONS, emit_relation},
	[SEGMENT_CHILDREN] = {QUERY_LIST_CHILDREN, emit_child},
	[SEGMENT_DOCUMENTS] = {QUERY_LIST_DOCUMENTS, emit_document},
};

static int list_rows(const struct listing *listing, enum segment segment, int64_t behind)
{
	const struct directory *directory = listing->directory;
	struct connection *connection = listing->view->connection;
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = query_begin_at(connection, row_segments[segment].query, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(statement, PARAMETER_KEY, behind);
	if (segment == SEGMENT_LINKS)
		(void)sqlite3_bind_int(statement, PARAMETER_RELATION, directory->relation);
	if (segment == SEGMENT_RELATIONS)
		(void)sqlite3_bind_int64(statement, PARAMETER_RELATION,
					 kind_relations(directory->kind));
	while ((r = query_next(connection, statement)) > 0) {
		r = row_segments[segment].emit(listing, statement);
		if (r != 0)
			return r;
	}
	return r;
}

/* What a day's root and its .registry have; keys are an enum day_node. */
static int list_of_day(const struct listing *listing, int64_t behind)
{
	struct directory registry;
	struct node node;
	int r = 0;

	if (day_registry_is(listing->directory)) {
		enum day_node file =
			behind < DAY_NODE_BASIS ? DAY_NODE_BASIS : (enum day_node)(behind + 1);

		for (; r == 0 && day_file_name(file); file++) {
			r = day_file_find(listing->view, listing->directory, file, &node);
			r = r == 0 ? emit_entry(listing, SEGMENT_STATE, file, day_file_name(file),
						&node)
				   : (r == -ENOENT ? 0 : r);
		}
		return r;
	}
	if (behind > 0 || listing->view->snapshot->registry_entity == 0)
		return 0;
	registry = day_registry(listing->view, listing->directory);
	r = day_registry_node(listing->view, &registry, &node);
	return r < 0 ? r : emit_entry(listing, SEGMENT_STATE, 1, DAY_REGISTRY_NAME, &node);
}

static int list_state(const struct listing *listing, int64_t behind)
{
	struct node node;
	int r = 0;

	if (listing->directory->generation != 0)
		return list_of_day(listing, behind);
	/* Keys begin at 1. */
	for (int64_t file = behind; r == 0 && file < STATE_FILE_COUNT; file++) {
		if (!tree_shows_state(listing->view, listing->directory, (enum state_file)file) ||
		    state_files_node(listing->view->state_files, (enum state_file)file, &node) < 0)
			continue;
		r = emit_entry(listing, SEGMENT_STATE, file + 1,
			       state_file_name((enum state_file)file), &node);
	}
	return r;
}

static int list_segment(const struct listing *listing, enum segment segment, int64_t behind)
{
	switch (segment) {
	case SEGMENT_DOTS: return list_dots(listing, behind);
	case SEGMENT_STATE: return list_state(listing, behind);
	default: return list_rows(listing, segment, behind);
	}
}

static int list_from(const struct listing *listing, unsigned segments, uint64_t offset)
{
	int64_t behind = (int64_t)(offset & LISTING_KEY_MAX);

	for (uint64_t segment = offset >> SEGMENT_SHIFT; segment < SEGMENT_COUNT; segment++) {
		if ((segments >> segment & 1) &&
		    directory_has_segment(listing->directory, (enum segment)segment)) {
			int r = list_segment(listing, (enum segment)segment, behind);

			if (r != 0)
				return r == LISTING_FULL ? 0 : r;
		}
		behind = 0;
	}
	return 0;
}

int listing_run(const struct view *view, const struct directory *directory, uint64_t offset,
		listing_emit emit, void *context)
{
	const struct listing listing = {view, directory, emit, context};

	return list_from(&listing, ~0U, offset);
}

int listing_files(const struct view *view, const struct directory *directory, uint64_t offset,
		  listing_emit emit, void *context)
{
	const struct listing listing = {view, directory, emit, context};

	return list_from(&listing, SEGMENTS_OF_FILES, offset);
}

int listing_place(const struct view *view, uint64_t inode, struct directory *directory,
		  uint64_t *offset)
{
	static const struct {
		enum query query;
		enum segment segment;
	} places[] = {
		[INODE_VALUE] = {QUERY_PLACE_OF_VALUE, SEGMENT_VALUES},
		[INODE_DOCUMENT] = {QUERY_PLACE_OF_DOCUMENT, SEGMENT_DOCUMENTS},
	};
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	enum inode_class class = inode_class(inode);
	int r;

	if (class != INODE_VALUE && class != INODE_DOCUMENT)
		return -ESTALE;
	r = query_row(view->connection, places[class].query, inode_row(inode), &statement);
	if (r < 0)
		return r;
	*directory = query_directory(statement);
	*offset = offset_of(view, places[class].segment,
			    sqlite3_column_int64(statement, COLUMN_NAME));
	return 0;
}
