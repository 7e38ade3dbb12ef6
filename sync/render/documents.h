/*
 * Documents: files of the tree that are made of many rows. They are rendered when a
 * generation is made, so that the driver only unpacks them. One whose bytes are still
 * the same keeps its row, and with it its inode and mtime.
 */
#ifndef ISMAPFS_DOCUMENTS_H
#define ISMAPFS_DOCUMENTS_H

#include <zstd.h>

#include "util/buffer.h"
#include "chunk.h"
#include "store/database.h"
#include "vocabulary.h"

enum documents_statement {
	DOCUMENTS_FIND,
	DOCUMENTS_CHUNKS,
	DOCUMENTS_CHUNK,
	DOCUMENTS_ADD,
	DOCUMENTS_ADD_CHUNK,
	DOCUMENTS_REMOVE,
	DOCUMENTS_TOUCH,
	DOCUMENTS_STATEMENT_COUNT,
};

/* What rendering many documents shares. One thread. */
struct documents {
	sqlite3 *database;  /* borrowed */
	int64_t since;	    /* the first generation whose changes are not rendered yet */
	int64_t generation; /* the newest, whose mtime a new rendering gets */
	int64_t limit;	    /* as in publication.h; the caller's, behind documents_open() */
	sqlite3_stmt *statements[DOCUMENTS_STATEMENT_COUNT];
	ZSTD_CCtx *packer;
	ZSTD_DCtx *unpacker;
};

int documents_open(struct documents *documents, sqlite3 *database, int64_t since,
		   int64_t generation);

/* Also for the cleanup attribute. */
void documents_close(struct documents *documents);
#define _cleanup_documents_ __attribute__((cleanup(documents_close)))

/* Puts a document into a directory, unless it is there already with these bytes. */
int document_put(struct documents *documents, int64_t directory, const char *name,
		 const struct buffer *bytes);

/* Adds bytes to a document's end without rewriting the rest; makes it where there is none. */
int document_append(struct documents *documents, int64_t directory, const char *name,
		    const struct buffer *more);

/* Removes a document; nothing happens when there is none. */
int document_remove(struct documents *documents, int64_t directory, const char *name);

/* Calls `take` with a document's bytes, part by part, until it returns an error. Returns 1, or 0
 * when there is none of that name, or -errno. */
int document_read_parts(sqlite3 *database, int64_t directory, const char *name,
			int (*take)(void *context, const char *bytes, size_t length),
			void *context);

/* Appends what a chunk in a column holds; unpacker: the caller's, or NULL. -EIO, already reported,
 * when it is damaged. */
int document_append_chunk(ZSTD_DCtx *unpacker, sqlite3_stmt *row, int column, struct buffer *bytes);

/*
 * Packs a chunk of at most STORE_CHUNK_SIZE bytes (chunk.h); returns its packed
 * length. packer: the caller's, or NULL. Mirrors depend on it: the same bytes come
 * out the same with the same libzstd.
 */
size_t document_pack_chunk(ZSTD_CCtx *packer, const char *bytes, size_t length,
			   char packed[static CHUNK_PACKED_SIZE]);

/* The entity of a collection, or of a directory of documents, by its key. */
int document_directory(sqlite3 *database, const char *key, int64_t *directory);

#endif
