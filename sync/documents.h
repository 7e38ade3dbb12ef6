/*
 * Documents: files of the tree that are made of many rows. They are rendered
 * when a generation is made, so that reading them costs the driver nothing.
 * One whose bytes come out the same keeps its row, and so its inode and mtime.
 */
#ifndef ISMAPFS_DOCUMENTS_H
#define ISMAPFS_DOCUMENTS_H

#include "publication.h"

/* Renders every document that the generation may have changed: README, services.tsv, records/,
 * tables/. */
int documents_render(sqlite3 *database, struct publication *publication, int64_t generation);

/* Puts a document into a directory, unless it is there already with these bytes. */
int document_put(sqlite3 *database, int64_t directory, const char *name, const struct buffer *bytes,
		 int64_t generation);

/* Removes a document; nothing happens when there is none. */
int document_remove(sqlite3 *database, int64_t directory, const char *name, int64_t generation);

/* Appends a document's bytes. Returns 1, or 0 when there is none of that name. */
int document_get(sqlite3 *database, int64_t directory, const char *name, struct buffer *bytes);

/* A directory's entity by its kind and key. */
int document_directory(sqlite3 *database, const char *key, int64_t *directory);

/* The parts of documents_render: each in a file of its name. */
int readme_render(sqlite3 *database, struct publication *publication, int64_t generation);
int records_render(sqlite3 *database, int64_t generation);
int tables_render(sqlite3 *database, int64_t generation);

#endif
