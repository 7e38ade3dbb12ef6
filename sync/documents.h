/*
 * Documents: files of the tree that are made of many rows. They are rendered
 * when a generation is made, so that reading them costs the driver nothing.
 * One whose bytes come out the same keeps its row, and so its inode and mtime.
 */
#ifndef ISMAPFS_DOCUMENTS_H
#define ISMAPFS_DOCUMENTS_H

#include "buffer.h"
#include "chunk.h"
#include "database.h"
#include "vocabulary.h"

struct updater;

/* Renders every document that the generation may have changed: README, services.tsv, records/,
 * tables/. */
int documents_render(sqlite3 *database, const struct updater *updater);

/* Puts a document into a directory, unless it is there already with these bytes. */
int document_put(sqlite3 *database, int64_t directory, const char *name, const struct buffer *bytes,
		 int64_t generation);

/* Adds bytes to a document's end, at the cost of those bytes alone; makes it where there is none.
 */
int document_append(sqlite3 *database, int64_t directory, const char *name,
		    const struct buffer *more, int64_t generation);

/* Removes a document; nothing happens when there is none. */
int document_remove(sqlite3 *database, int64_t directory, const char *name, int64_t generation);

/* Appends a document's bytes. Returns 1, or 0 when there is none of that name. */
int document_get(sqlite3 *database, int64_t directory, const char *name, struct buffer *bytes);

/* Appends what a chunk in a column holds. -EIO, said, when it is damaged. */
int document_append_chunk(sqlite3_stmt *row, int column, struct buffer *bytes);

/*
 * Packs a chunk of at most STORE_CHUNK_SIZE bytes (chunk.h). Mirrors depend on it:
 * the same bytes come out the same with the same libzstd.
 */
int document_pack_chunk(const char *bytes, size_t length, char packed[static CHUNK_PACKED_SIZE],
			size_t *packed_length);

/* A directory's entity by its kind and key. */
int document_directory(sqlite3 *database, const char *key, int64_t *directory);

/*
 * The parts of documents_render, each in a file of its name. since: the first
 * generation whose changes are not rendered yet; generation: the newest, whose
 * mtime a new rendering gets.
 */
int readme_render(sqlite3 *database, const struct updater *updater, int64_t generation);
int records_render(sqlite3 *database, int64_t since, int64_t generation);
int tables_render(sqlite3 *database, int64_t generation);
int history_render(sqlite3 *database, int64_t since, int64_t generation);
int changes_render(sqlite3 *database, int64_t since, int64_t generation);
int days_render(sqlite3 *database, int64_t generation);

#endif
