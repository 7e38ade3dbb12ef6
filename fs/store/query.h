/*
 * The statements of a connection: one for each thing the driver asks,
 * prepared when first needed and held until the connection closes.
 */
#ifndef ISMAPFS_QUERY_H
#define ISMAPFS_QUERY_H

#include <stdatomic.h>
#include <stdint.h>

#include <sqlite3.h>

#include "inode.h"

/*
 * Most come in pairs: the first asks about now, the second (_THEN) about a
 * generation. query_at() chooses. Parameters and columns: at each, in query.c.
 */
enum query {
	QUERY_FIND_VALUE,
	QUERY_FIND_VALUE_THEN,
	QUERY_FIND_LINK,
	QUERY_FIND_LINK_THEN,
	QUERY_FIND_RELATION,
	QUERY_FIND_RELATION_THEN,
	QUERY_FIND_CHILD,
	QUERY_FIND_CHILD_THEN,
	QUERY_LIST_VALUES,
	QUERY_LIST_VALUES_THEN,
	QUERY_LIST_LINKS,
	QUERY_LIST_LINKS_THEN,
	QUERY_LIST_RELATIONS,
	QUERY_LIST_RELATIONS_THEN,
	QUERY_LIST_CHILDREN,
	QUERY_LIST_CHILDREN_THEN,
	QUERY_PLACE,
	QUERY_PLACE_THEN,
	QUERY_TOUCHED,
	QUERY_TOUCHED_THEN,
	QUERY_FIND_DOCUMENT,
	QUERY_LIST_DOCUMENTS,
	QUERY_VALUE,
	QUERY_VALUE_TEXT,
	QUERY_LINK,
	QUERY_DOCUMENT,
	QUERY_PLACE_OF_VALUE,
	QUERY_PLACE_OF_DOCUMENT,
	QUERY_CHUNKS,
	QUERY_CHANGED_VALUES,
	QUERY_CHANGED_LINKS,
	QUERY_CHANGED_CHILDREN,
	QUERY_ENDED_CHILDREN,
	QUERY_NEW_DOCUMENTS,
	QUERY_CHANGED_DIRECTORIES,
	QUERY_DOCUMENT_IDS,
	QUERY_NAME_OF_DOCUMENT,
	QUERY_COUNT,
};

/* Parameters of those that ask about a directory. */
enum query_parameter {
	PARAMETER_ENTITY = 1,	  /* or the parent's */
	PARAMETER_KEY = 2,	  /* the name or field to find, or the key to list behind */
	PARAMETER_RELATION = 3,	  /* or the mask of relations */
	PARAMETER_GENERATION = 4, /* of those about a generation alone */
	PARAMETER_KIND = 5,	  /* of all children, where it is known; else NULL */
};

/*
 * Columns. A query that yields files, symlinks or directories begins with ID,
 * SIZE (PATH, KIND) and GENERATION. One that yields places in the tree begins
 * with ENTITY, KIND and RELATION of the directory (query_directory()). In both
 * the name is the fourth; of a value it is the number of its field.
 */
enum query_column {
	COLUMN_ID = 0, /* of a directory: its entity's, or the relation's */
	COLUMN_ENTITY = 0,
	COLUMN_SIZE = 1,       /* a file's, in bytes */
	COLUMN_PATH = 1,       /* a symlink's */
	COLUMN_KIND = 1,       /* a directory's */
	COLUMN_GENERATION = 2, /* a row's first one; a directory's newest change, NULL: none */
	COLUMN_RELATION = 2,
	COLUMN_NAME = 3,
	COLUMN_TEXT = 4, /* a value's */
	COLUMN_KEY = 4,	 /* a child's, to list behind */
};

struct pool;

/* A connection to a generation file, for one thread at a time. pool.h lends it. */
struct connection {
	sqlite3 *database;
	const char *path;	   /* of the file, for messages; the pool's */
	atomic_bool *failure_told; /* the pool's: a damaged file is reported once */
	sqlite3_stmt *statements[QUERY_COUNT];
	struct ZSTD_DCtx_s *unpacker; /* for documents; made when first needed */
	struct pool *pool;
	struct connection *next;
};

/* The query about now or about then: generation 0 is now. */
static inline enum query query_at(enum query query, uint32_t generation)
{
	return (enum query)(query + (generation != 0));
}

/*
 * Begins a query: *statement is ready for its parameters. It stays the
 * connection's; query_end() (or _cleanup_query_) makes it available again,
 * until which its texts and blobs are valid.
 * Returns 0, or -EIO when the file can't be read: the reason is logged.
 */
int query_begin(struct connection *connection, enum query query, sqlite3_stmt **statement);

/* Begins a query about a directory's entity, with the generation where it has that parameter. */
int query_begin_at(struct connection *connection, enum query query, uint32_t entity,
		   uint32_t generation, sqlite3_stmt **statement);

/* The next row. Returns 1, 0 when there is none left, or -EIO: the reason is logged. */
int query_next(struct connection *connection, sqlite3_stmt *statement);

/* The only row. Returns 0, -ENOENT when there is none, or -EIO. */
int query_only(struct connection *connection, sqlite3_stmt *statement);

/* Begins a query about one row by its id, and reads it. Returns 0, -ESTALE when there is none (ids
 * come from anywhere), or -EIO. */
int query_row(struct connection *connection, enum query query, uint64_t row,
	      sqlite3_stmt **statement);

/* The directory that a row's first columns name, of now. */
struct directory query_directory(sqlite3_stmt *statement);

void query_end(sqlite3_stmt **statement);

#define _cleanup_query_ __attribute__((cleanup(query_end)))

/* The statement's text, for the check of its plan. */
const char *query_text(enum query query);

#endif
