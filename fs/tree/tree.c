#include "tree/tree.h"

#include <errno.h>
#include <string.h>

#include "store/names.h"
#include "tree/dated.h"
#include "tree/day_files.h"
#include "tree/fresh.h"
#include "tree/kinds.h"

static struct node node_of(const struct view *view, uint64_t inode, mode_t mode, int64_t size,
			   int64_t generation)
{
	return (struct node){
		.inode = inode,
		.mode = mode,
		.size = size < 0 ? 0 : (uint64_t)size,
		.mtime = snapshot_mtime(view->snapshot, generation),
		.ctime = snapshot_ctime(view->snapshot, generation),
		.lifetime = NODE_LIFETIME_FOREVER,
	};
}

void tree_file_node(const struct view *view, enum inode_class class, sqlite3_stmt *statement,
		    struct node *node)
{
	bool is_link = class == INODE_LINK;
	uint64_t row = (uint64_t)sqlite3_column_int64(statement, COLUMN_ID);

	*node = node_of(view, inode_of_row(class, row), is_link ? NODE_LINK_MODE : NODE_FILE_MODE,
			is_link ? sqlite3_column_bytes(statement, COLUMN_PATH)
				: sqlite3_column_int64(statement, COLUMN_SIZE),
			sqlite3_column_int64(statement, COLUMN_GENERATION));
}

bool tree_link_is_shown(const struct directory *directory, sqlite3_stmt *statement)
{
	const char *path = (const char *)sqlite3_column_text(statement, COLUMN_PATH);

	return directory_holds_link(directory, path,
				    (size_t)sqlite3_column_bytes(statement, COLUMN_PATH));
}

void tree_directory_node(const struct view *view, const struct directory *directory,
			 sqlite3_stmt *statement, struct node *node)
{
	*node = node_of(view, inode_of_directory(directory), NODE_DIRECTORY_MODE, 0,
			sqlite3_column_int64(statement, COLUMN_GENERATION));
	if (!tree_is_unannounced(view->snapshot, directory))
		return;
	node->lifetime = NODE_LIFETIME_SHORT;
	/* What .registry lists comes and goes with the state. */
	for (unsigned file = 0; directory->kind == KIND_REGISTRY && file < STATE_FILE_COUNT; file++)
		state_files_date(view->state_files, (enum state_file)file, node);
}

/* The node of the only row of a query: a file or symlink. */
static int only_file(const struct view *view, enum inode_class class, sqlite3_stmt *statement,
		     struct node *node)
{
	int r = query_only(view->connection, statement);

	if (r < 0)
		return r;
	tree_file_node(view, class, statement, node);
	return 0;
}

bool tree_is_unannounced(const struct snapshot *snapshot, const struct directory *directory)
{
	if (directory->generation != 0)
		return day_registry_is(directory);
	return directory->entity == ENTITY_ROOT || directory->entity == snapshot->registry_entity ||
	       directory->entity == snapshot->at_entity;
}

bool tree_document_hidden(const struct view *view, const struct directory *directory,
			  const char *name)
{
	if (directory->entity == ENTITY_ROOT)
		return strcmp(name, STATE_README_DOCUMENT) == 0;
	return dated_is_at(view, directory) && strcmp(name, STATE_DAYS_DOCUMENT) == 0;
}

bool tree_shows_state(const struct view *view, const struct directory *directory,
		      enum state_file file)
{
	if (directory->generation != 0 || !directory_has_segment(directory, SEGMENT_STATE))
		return false;
	if (file == STATE_README)
		return directory->entity == ENTITY_ROOT;
	if (file == STATE_DAYS)
		return dated_is_at(view, directory);
	return directory->entity == view->snapshot->registry_entity;
}

static int find_value(const struct view *view, const struct directory *directory, const char *name,
		      struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int64_t field = fields_id(&view->snapshot->fields, name);
	int r;

	if (field == 0)
		return -ENOENT;
	r = query_begin_at(view->connection, QUERY_FIND_VALUE, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(statement, PARAMETER_KEY, field);
	return only_file(view, INODE_VALUE, statement, node);
}

static int find_link(const struct view *view, const struct directory *directory, const char *name,
		     struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = query_begin_at(view->connection, QUERY_FIND_LINK, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(statement, PARAMETER_RELATION, directory->relation);
	r = only_file(view, INODE_LINK, statement, node);
	return r == 0 && !tree_link_is_shown(directory, statement) ? -ENOENT : r;
}

/* A relation's subdirectory. It exists only while it holds a link. */
static int relation_node(const struct view *view, const struct directory *directory,
			 struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	if (!(kind_relations(directory->kind) >> directory->relation & 1))
		return -ENOENT;
	r = query_begin_at(view->connection, QUERY_FIND_RELATION, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(statement, PARAMETER_RELATION, directory->relation);
	r = query_only(view->connection, statement);
	if (r < 0)
		return r;
	tree_directory_node(view, directory, statement, node);
	return 0;
}

static int find_relation(const struct view *view, const struct directory *directory,
			 const char *name, struct node *node)
{
	struct directory found = *directory;

	found.relation = relation_by_name(name);
	return found.relation == RELATION_SELF ? -ENOENT : relation_node(view, &found, node);
}

static int find_child(const struct view *view, const struct directory *directory, const char *name,
		      struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	struct directory child = {
		.generation = directory->generation,
		.day_offset = directory->day_offset,
	};
	int r;

	r = query_begin_at(view->connection, QUERY_FIND_CHILD, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, name, -1, SQLITE_STATIC);
	r = query_only(view->connection, statement);
	if (r < 0)
		return r;
	child.entity = (uint32_t)sqlite3_column_int64(statement, COLUMN_ENTITY);
	child.kind = (enum kind)sqlite3_column_int(statement, COLUMN_KIND);
	if (!kind_holds(directory->kind, child.kind) ||
	    (child.generation != 0 && !kind_has_past(child.kind)))
		return -ENOENT;
	tree_directory_node(view, &child, statement, node);
	return 0;
}

static int find_document(const struct view *view, const struct directory *directory,
			 const char *name, struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	if (tree_document_hidden(view, directory, name))
		return -ENOENT;
	r = query_begin_at(view->connection, QUERY_FIND_DOCUMENT, directory->entity, 0, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, name, -1, SQLITE_STATIC);
	return only_file(view, INODE_DOCUMENT, statement, node);
}

/* What a day's root and its .registry have. */
static int find_of_day(const struct view *view, const struct directory *directory, const char *name,
		       struct node *node)
{
	struct directory registry;

	if (!day_registry_is(directory)) {
		if (strcmp(name, DAY_REGISTRY_NAME) != 0 || view->snapshot->registry_entity == 0)
			return -ENOENT;
		registry = day_registry(view, directory);
		return day_registry_node(view, &registry, node);
	}
	for (enum day_node file = DAY_NODE_BASIS; day_file_name(file); file++)
		if (strcmp(name, day_file_name(file)) == 0)
			return day_file_find(view, directory, file, node);
	return -ENOENT;
}

static int find_state(const struct view *view, const struct directory *directory, const char *name,
		      struct node *node)
{
	if (directory->generation != 0)
		return find_of_day(view, directory, name, node);
	if (directory->entity == ENTITY_ROOT && strcmp(name, FRESH_NAME) == 0) {
		/* The clock decides, so nobody may remember that it doesn't exist. */
		node->lifetime = 0;
		return fresh_node(view, node);
	}
	for (unsigned file = 0; file < STATE_FILE_COUNT; file++)
		if (strcmp(name, state_file_name((enum state_file)file)) == 0 &&
		    tree_shows_state(view, directory, (enum state_file)file))
			return state_files_node(view->state_files, (enum state_file)file, node);
	return -ENOENT;
}

typedef int (*finder)(const struct view *view, const struct directory *directory, const char *name,
		      struct node *node);

static const finder finders[SEGMENT_COUNT] = {
	[SEGMENT_VALUES] = find_value,	     [SEGMENT_LINKS] = find_link,
	[SEGMENT_RELATIONS] = find_relation, [SEGMENT_CHILDREN] = find_child,
	[SEGMENT_DOCUMENTS] = find_document, [SEGMENT_STATE] = find_state,
};

/* Checks a directory's kind and finds its parent. Returns 0, -ESTALE or -EIO. */
static int find_parent(const struct view *view, const struct directory *directory,
		       struct directory *parent)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = query_begin_at(view->connection, QUERY_PLACE, directory->entity, directory->generation,
			   &statement);
	if (r < 0)
		return r;
	r = query_only(view->connection, statement);
	if (r < 0)
		return r == -ENOENT ? -ESTALE : r;
	if (sqlite3_column_int(statement, COLUMN_NAME) != (int)directory->kind)
		return -ESTALE;
	*parent = query_directory(statement);
	parent->generation = directory->generation;
	parent->day_offset = directory->day_offset;
	return 0;
}

int tree_parent(const struct view *view, const struct directory *directory,
		struct directory *parent)
{
	if (directory->relation != RELATION_SELF) {
		*parent = *directory;
		parent->relation = RELATION_SELF;
		return 0;
	}
	if (directory->entity == ENTITY_ROOT) {
		*parent = directory->generation == 0 ? *directory : dated_directory(view->snapshot);
		return 0;
	}
	return find_parent(view, directory, parent);
}

/* The node of an entity's own directory. Its newest change is its mtime. */
static int own_node(const struct view *view, const struct directory *directory, struct node *node)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = query_begin_at(view->connection, QUERY_TOUCHED, directory->entity,
			   directory->generation, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(statement, PARAMETER_RELATION, directory->relation);
	r = query_only(view->connection, statement);
	if (r < 0)
		return r;
	tree_directory_node(view, directory, statement, node);
	return 0;
}

/* A directory's node, if the tree shows that directory. */
static int directory_node(const struct view *view, const struct directory *directory,
			  struct node *node)
{
	struct directory parent;
	int r;

	if (directory->generation > view->snapshot->generation)
		return -ESTALE;
	if (day_registry_is(directory))
		return day_registry_node(view, directory, node);
	if (directory->generation != 0 && !kind_has_past(directory->kind))
		return -ESTALE;
	if (directory->entity == ENTITY_ROOT)
		r = directory->kind == KIND_ROOT && directory->relation == 0 ? 0 : -ESTALE;
	else
		r = find_parent(view, directory, &parent);
	if (r < 0)
		return r;
	if (directory->relation != RELATION_SELF && !dated_is_at(view, directory)) {
		r = relation_node(view, directory, node);
		return r == -ENOENT ? -ESTALE : r;
	}
	return own_node(view, directory, node);
}

static int row_node(const struct view *view, uint64_t inode, struct node *node)
{
	static const enum query queries[] = {
		[INODE_VALUE] = QUERY_VALUE,
		[INODE_LINK] = QUERY_LINK,
		[INODE_DOCUMENT] = QUERY_DOCUMENT,
	};
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	enum inode_class class = inode_class(inode);
	int r;

	r = query_row(view->connection, queries[class], inode_row(inode), &statement);
	if (r < 0)
		return r;
	tree_file_node(view, class, statement, node);
	return 0;
}

static int state_node(const struct view *view, uint64_t inode, struct node *node)
{
	int r;

	if (!state_files_contain(view->state_files, inode))
		return -ESTALE;
	r = state_files_node(view->state_files, (enum state_file)inode_state_file(inode), node);
	return r == -ENOENT ? -ESTALE : r;
}

int tree_node(const struct view *view, uint64_t inode, struct node *node)
{
	struct directory directory;
	int r;

	switch (inode_class(inode)) {
	case INODE_ROOT:
	case INODE_DIRECTORY:
		return inode_to_directory(inode, &directory)
			       ? directory_node(view, &directory, node)
			       : -ESTALE;
	case INODE_VALUE:
	case INODE_LINK:
	case INODE_DOCUMENT: return row_node(view, inode, node);
	case INODE_STATE: return state_node(view, inode, node);
	case INODE_FRESH: r = fresh_node(view, node); return r == -ENOENT ? -ESTALE : r;
	case INODE_DAY:
		return day_file_name(inode_day_node(inode)) ? day_file_node(view, inode, node)
							    : dated_link_node(view, inode, node);
	default: return -ESTALE;
	}
}

static int find_day(const struct view *view, const struct directory *directory, const char *name,
		    struct node *node)
{
	struct directory found;
	int r = dated_lookup(view, directory, name, &found, node);

	return r > 0 ? directory_node(view, &found, node) : r;
}

static int find(const struct view *view, const struct directory *directory, const char *name,
		struct node *node)
{
	for (unsigned segment = SEGMENT_VALUES; segment < SEGMENT_COUNT; segment++) {
		int r;

		if (!directory_has_segment(directory, (enum segment)segment))
			continue;
		r = finders[segment](view, directory, name, node);
		if (r != -ENOENT)
			return r;
	}
	return dated_is_at(view, directory) ? find_day(view, directory, name, node) : -ENOENT;
}

int tree_lookup(const struct view *view, const struct directory *directory, const char *name,
		struct node *node)
{
	struct directory parent;
	int r;

	*node = (struct node){.lifetime = NODE_LIFETIME_FOREVER};
	if (strcmp(name, ".") == 0)
		return directory_node(view, directory, node);
	if (strcmp(name, "..") == 0) {
		r = tree_parent(view, directory, &parent);
		return r < 0 ? r : directory_node(view, &parent, node);
	}
	if (strnlen(name, STORE_NAME_MAX + 1) > STORE_NAME_MAX)
		return -ENAMETOOLONG;
	r = find(view, directory, name, node);
	node->name_passes = tree_is_unannounced(view->snapshot, directory);
	return r;
}
