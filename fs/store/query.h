/*
 * The queries that answer requests and find changes. A connection prepares a query
 * when it is first needed, and keeps it.
 */
#ifndef ISMAPFS_QUERY_H
#define ISMAPFS_QUERY_H

#include <stdatomic.h>
#include <stdint.h>

#include <sqlite3.h>

#include "inode.h"

/*
 * Most queries come in pairs: the first about now, the second (_THEN) about a past
 * generation. query_at() chooses. query.c has each one's parameters and columns.
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
	QUERY_GENERATION,
	QUERY_COUNT,
};

/* Parameters of the queries about a directory. */
enum query_parameter {
	PARAMETER_ENTITY = 1, /* the directory's */
	PARAMETER_KEY = 2,    /* the name or field to find; the key that a listing goes on behind */
	PARAMETER_RELATION = 3,	  /* or the mask of relations */
	PARAMETER_GENERATION = 4, /* only of _THEN */
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
	struct ZSTD_DCtx_s *unpacker; /* for documents; NULL until needed */
	struct pool *pool;
	struct connection *next;
};

/* The query about now (generation 0) or about a past generation. */
static inline enum query query_at(enum query query, uint32_t generation)
{
	return (enum query)(query + (generation != 0));
}

/*
 * Begins a query: *statement is ready for its parameters. The connection owns it.
 * The caller ends it by query_end() or _cleanup_query_; its texts and blobs are
 * valid until then or until the next row.
 * Returns 0, or -EIO, already reported, when the file can't be read.
 */
int query_begin(struct connection *connection, enum query query, sqlite3_stmt **statement);

/* Begins a query about a directory, now (generation 0) or then, and binds both. Returns 0 or -EIO.
 */
int query_begin_at(struct connection *connection, enum query query, uint32_t entity,
		   uint32_t generation, sqlite3_stmt **statement);

/* Reads the next row. Returns 1; 0 after the last; -EIO, already reported. */
int query_next(struct connection *connection, sqlite3_stmt *statement);

/* Reads the only row. Returns 0, -ENOENT when there is none, or -EIO. */
int query_only(struct connection *connection, sqlite3_stmt *statement);

/* Begins a query for the row with an id, and reads it. Returns 0, -ESTALE when there is none, or
 * -EIO. */
int query_row(struct connection *connection, enum query query, uint64_t row,
	      sqlite3_stmt **statement);

/* The directory that a row's first columns name, of now. */
struct directory query_directory(sqlite3_stmt *statement);

void query_end(sqlite3_stmt **statement);

#define _cleanup_query_ __attribute__((cleanup(query_end)))

/* A query's SQL, for tests of its plan. */
const char *query_text(enum query query);

#endif
