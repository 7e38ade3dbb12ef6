#include "store/query.h"

#include <errno.h>

#include "common/log.h"

#define NOW "gen_to IS NULL"
#define THEN "gen_from <= ?4 AND (gen_to IS NULL OR gen_to > ?4)"

/* The newest generation that changed a directory. */
#define TOUCHED(entity, relation) \
	"(SELECT gen FROM touch WHERE entity = " entity " AND relation = " relation \
	" ORDER BY gen DESC LIMIT 1)"
#define TOUCHED_THEN(entity, relation) \
	"(SELECT gen FROM touch WHERE entity = " entity " AND relation = " relation \
	" AND gen <= ?4 ORDER BY gen DESC LIMIT 1)"

/* Where a listing of a past generation goes on. No index has its rows in the order of ids, so they
 * come in the order of names, which are unique too; the last id tells the last name. */
#define BEHIND(table) " > coalesce((SELECT name FROM " table " WHERE id = ?2), '')"

static const char *const texts[QUERY_COUNT] = {
	/* 1 entity, 2 field: id, size, gen_from */
	[QUERY_FIND_VALUE] = "SELECT id, size, gen_from FROM value"
			     " WHERE entity = ?1 AND field = ?2 AND " NOW,
	[QUERY_FIND_VALUE_THEN] =
		"SELECT id, size, gen_from FROM value"
		" WHERE entity = ?1 AND field = ?2 AND " THEN " ORDER BY gen_from DESC LIMIT 1",
	/* 1 entity, 2 name, 3 relation: id, path, gen_from */
	[QUERY_FIND_LINK] = "SELECT id, path, gen_from FROM link"
			    " WHERE entity = ?1 AND relation = ?3 AND name = ?2 AND " NOW,
	[QUERY_FIND_LINK_THEN] = "SELECT id, path, gen_from FROM link"
				 " WHERE entity = ?1 AND relation = ?3 AND name = ?2 AND " THEN
				 " ORDER BY gen_from DESC LIMIT 1",
	/* 1 entity, 3 relation: relation, NULL, touched; a row only when the subdirectory exists.
	   The index is the one that FIND_LINK has just read. */
	[QUERY_FIND_RELATION] = "SELECT ?3, NULL, " TOUCHED("?1", "?3") //
	" WHERE EXISTS (SELECT 1 FROM link INDEXED BY link_now"
	" WHERE entity = ?1 AND relation = ?3 AND " NOW ")",
	[QUERY_FIND_RELATION_THEN] = "SELECT ?3, NULL, " TOUCHED_THEN("?1", "?3") //
	" WHERE EXISTS (SELECT 1 FROM link WHERE entity = ?1 AND relation = ?3 AND " THEN ")",
	/* 1 parent, 2 name: entity, kind, touched. The index has all columns, so the row,
	   another page, isn't read. */
	[QUERY_FIND_CHILD] = "SELECT entity, kind, " TOUCHED("presence.entity", "0") //
	" FROM presence INDEXED BY presence_name"
	" WHERE parent = ?1 AND name = ?2 AND " NOW " ORDER BY gen_from DESC LIMIT 1",
	[QUERY_FIND_CHILD_THEN] = "SELECT entity, kind, " TOUCHED_THEN("presence.entity", "0") //
	" FROM presence INDEXED BY presence_name"
	" WHERE parent = ?1 AND name = ?2 AND " THEN " ORDER BY gen_from DESC LIMIT 1",
	/* 1 entity, 2 behind which field: id, size, gen_from, field, text */
	[QUERY_LIST_VALUES] = "SELECT id, size, gen_from, field, text FROM value"
			      " INDEXED BY value_now"
			      " WHERE entity = ?1 AND field > ?2 AND " NOW " ORDER BY field",
	[QUERY_LIST_VALUES_THEN] = "SELECT id, size, gen_from, field, text FROM value"
				   " WHERE entity = ?1 AND field > ?2 AND " THEN " ORDER BY field",
	/* 1 entity, 2 behind which id, 3 relation: id, path, gen_from, name */
	[QUERY_LIST_LINKS] =
		"SELECT id, path, gen_from, name FROM link INDEXED BY link_list_now"
		" WHERE entity = ?1 AND relation = ?3 AND id > ?2 AND " NOW " ORDER BY id",
	[QUERY_LIST_LINKS_THEN] = "SELECT id, path, gen_from, name FROM link"
				  " WHERE entity = ?1 AND relation = ?3 AND name" BEHIND("link") //
	" AND " THEN " ORDER BY name",
	/* 1 entity, 2 behind which relation, 3 mask of relations: relation, NULL, touched */
	[QUERY_LIST_RELATIONS] = "SELECT r.id, NULL, " TOUCHED("?1", "r.id") //
	" FROM relation r WHERE r.id > ?2 AND (?3 >> r.id) & 1"
	" AND EXISTS (SELECT 1 FROM link WHERE entity = ?1 AND relation = r.id AND " NOW ")"
	" ORDER BY r.id",
	[QUERY_LIST_RELATIONS_THEN] = "SELECT r.id, NULL, " TOUCHED_THEN("?1", "r.id") //
	" FROM relation r WHERE r.id > ?2 AND (?3 >> r.id) & 1"
	" AND EXISTS (SELECT 1 FROM link WHERE entity = ?1 AND relation = r.id AND " THEN ")"
	" ORDER BY r.id",
	/* 1 parent, 2 behind which id: entity, kind, touched, name, id */
	[QUERY_LIST_CHILDREN] = "SELECT entity, kind, " TOUCHED("presence.entity", "0") //
	", name, id FROM presence INDEXED BY presence_list_now"
	" WHERE parent = ?1 AND id > ?2 AND " NOW " ORDER BY id",
	[QUERY_LIST_CHILDREN_THEN] = "SELECT entity, kind, " TOUCHED_THEN("presence.entity", "0") //
	", name, id FROM presence"
	" WHERE parent = ?1 AND name" BEHIND("presence") " AND " THEN " ORDER BY name",
	/* 1 entity: parent, the parent's kind, 0, its own kind */
	[QUERY_PLACE] = "SELECT p.parent, q.kind, 0, e.kind FROM presence p"
			" JOIN entity e ON e.id = p.entity JOIN entity q ON q.id = p.parent"
			" WHERE p.entity = ?1 AND p." NOW,
	[QUERY_PLACE_THEN] = "SELECT p.parent, q.kind, 0, e.kind FROM presence p"
			     " JOIN entity e ON e.id = p.entity JOIN entity q ON q.id = p.parent"
			     " WHERE p.entity = ?1 AND " THEN " ORDER BY p.gen_from DESC LIMIT 1",
	/* 1 entity, 3 relation: entity, NULL, touched */
	[QUERY_TOUCHED] = "SELECT ?1, NULL, " TOUCHED("?1", "?3"),
	[QUERY_TOUCHED_THEN] = "SELECT ?1, NULL, " TOUCHED_THEN("?1", "?3"),
	/* 1 entity, 2 name: id, size, gen_from */
	[QUERY_FIND_DOCUMENT] = "SELECT id, size, gen_from FROM document"
				" WHERE entity = ?1 AND name = ?2",
	/* 1 entity, 2 behind which id: id, size, gen_from, name */
	[QUERY_LIST_DOCUMENTS] = "SELECT id, size, gen_from, name FROM document"
				 " INDEXED BY document_list"
				 " WHERE entity = ?1 AND id > ?2 ORDER BY id",
	/* 1 id: id, size, gen_from */
	[QUERY_VALUE] = "SELECT id, size, gen_from FROM value WHERE id = ?1",
	/* 1 id: id, size, gen_from, field, text */
	[QUERY_VALUE_TEXT] = "SELECT id, size, gen_from, field, text FROM value WHERE id = ?1",
	/* 1 id: id, path, gen_from */
	[QUERY_LINK] = "SELECT id, path, gen_from FROM link WHERE id = ?1",
	/* 1 id: id, size, gen_from */
	[QUERY_DOCUMENT] = "SELECT id, size, gen_from FROM document WHERE id = ?1",
	/* 1 id: entity, kind, 0, key in listings */
	[QUERY_PLACE_OF_VALUE] = "SELECT v.entity, e.kind, 0, v.field FROM value v"
				 " JOIN entity e ON e.id = v.entity WHERE v.id = ?1",
	[QUERY_PLACE_OF_DOCUMENT] = "SELECT d.entity, e.kind, 0, d.id FROM document d"
				    " JOIN entity e ON e.id = d.entity WHERE d.id = ?1",
	/* 1 document, 2 first and 3 last sequence number: seq, bytes */
	[QUERY_CHUNKS] = "SELECT seq, bytes FROM chunk"
			 " WHERE document = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
	/* What changed after generation 1, up to generation 2. Rows may come twice.
	 * entity, kind, 0, field */
	[QUERY_CHANGED_VALUES] =
		"SELECT v.entity, e.kind, 0, v.field FROM value v INDEXED BY value_from"
		" JOIN entity e ON e.id = v.entity WHERE v.gen_from > ?1 AND v.gen_from <= ?2"
		" UNION ALL SELECT v.entity, e.kind, 0, v.field FROM value v INDEXED BY value_to"
		" JOIN entity e ON e.id = v.entity WHERE v.gen_to > ?1 AND v.gen_to <= ?2",
	/* entity, kind, relation, name */
	[QUERY_CHANGED_LINKS] =
		"SELECT l.entity, e.kind, l.relation, l.name FROM link l INDEXED BY link_from"
		" JOIN entity e ON e.id = l.entity WHERE l.gen_from > ?1 AND l.gen_from <= ?2"
		" UNION ALL SELECT l.entity, e.kind, l.relation, l.name FROM link l INDEXED BY link_to"
		" JOIN entity e ON e.id = l.entity WHERE l.gen_to > ?1 AND l.gen_to <= ?2",
	/* parent, the parent's kind, 0, name */
	[QUERY_CHANGED_CHILDREN] =
		"SELECT p.parent, e.kind, 0, p.name FROM presence p INDEXED BY presence_from"
		" JOIN entity e ON e.id = p.parent WHERE p.gen_from > ?1 AND p.gen_from <= ?2"
		" UNION ALL SELECT p.parent, e.kind, 0, p.name FROM presence p INDEXED BY presence_to"
		" JOIN entity e ON e.id = p.parent WHERE p.gen_to > ?1 AND p.gen_to <= ?2",
	/* A row if any child left its directory after generation 1, up to generation 2. */
	[QUERY_ENDED_CHILDREN] = "SELECT 1 FROM presence INDEXED BY presence_to"
				 " WHERE gen_to > ?1 AND gen_to <= ?2 LIMIT 1",
	/* 1 behind which id: entity, kind, 0, name. The id tells what is new: pruning renders
	   documents again without a new generation. */
	[QUERY_NEW_DOCUMENTS] = "SELECT d.entity, e.kind, 0, d.name FROM document d"
				" JOIN entity e ON e.id = d.entity WHERE d.id > ?1",
	/* entity, kind, relation */
	[QUERY_CHANGED_DIRECTORIES] = "SELECT t.entity, e.kind, t.relation FROM touch t"
				      " INDEXED BY touch_gen JOIN entity e ON e.id = t.entity"
				      " WHERE t.gen > ?1 AND t.gen <= ?2",
	/* id, ascending */
	[QUERY_DOCUMENT_IDS] = "SELECT id FROM document ORDER BY id",
	/* 1 id: entity, kind, 0, name */
	[QUERY_NAME_OF_DOCUMENT] = "SELECT d.entity, e.kind, 0, d.name FROM document d"
				   " JOIN entity e ON e.id = d.entity WHERE d.id = ?1",
	/* 1 id: published_at, held_until, chain */
	[QUERY_GENERATION] = "SELECT published_at, held_until, chain FROM generation WHERE id = ?1",
};

const char *query_text(enum query query)
{
	return texts[query];
}

/* Reports once for each file: a damaged one would fill the log. */
static int query_failed(struct connection *connection)
{
	if (!atomic_exchange(connection->failure_told, true))
		log_error("%s: %s. The store may be damaged: try 'ismap-sync verify'.",
			  connection->path, sqlite3_errmsg(connection->database));
	return -EIO;
}

int query_begin(struct connection *connection, enum query query, sqlite3_stmt **statement)
{
	sqlite3_stmt **held = &connection->statements[query];

	if (!*held && sqlite3_prepare_v3(connection->database, texts[query], -1,
					 SQLITE_PREPARE_PERSISTENT, held, NULL) != SQLITE_OK)
		return query_failed(connection);
	*statement = *held;
	return 0;
}

int query_begin_at(struct connection *connection, enum query query, uint32_t entity,
		   uint32_t generation, sqlite3_stmt **statement)
{
	int r = query_begin(connection, query_at(query, generation), statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*statement, PARAMETER_ENTITY, entity);
	if (generation != 0)
		(void)sqlite3_bind_int64(*statement, PARAMETER_GENERATION, generation);
	return 0;
}

int query_next(struct connection *connection, sqlite3_stmt *statement)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: return 0;
	default: return query_failed(connection);
	}
}

int query_only(struct connection *connection, sqlite3_stmt *statement)
{
	int r = query_next(connection, statement);

	if (r < 0)
		return r;
	return r == 0 ? -ENOENT : 0;
}

int query_row(struct connection *connection, enum query query, uint64_t row,
	      sqlite3_stmt **statement)
{
	int r = query_begin(connection, query, statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*statement, 1, (int64_t)row);
	r = query_only(connection, *statement);
	return r == -ENOENT ? -ESTALE : r;
}

struct directory query_directory(sqlite3_stmt *statement)
{
	return (struct directory){
		.entity = (uint32_t)sqlite3_column_int64(statement, COLUMN_ENTITY),
		.kind = (enum kind)sqlite3_column_int(statement, COLUMN_KIND),
		.relation = (enum relation)sqlite3_column_int(statement, COLUMN_RELATION),
	};
}

void query_end(sqlite3_stmt **statement)
{
	if (!*statement)
		return;
	(void)sqlite3_reset(*statement);
	/* Bound names belong to the caller, who may free them. */
	(void)sqlite3_clear_bindings(*statement);
}
