/* A small store that a publication is read into, and that forgets it again. */
#ifndef ISMAPFS_TESTS_FUZZ_RIG_H
#define ISMAPFS_TESTS_FUZZ_RIG_H

#include <stddef.h>
#include <stdint.h>

#include "sources/source.h"

/* Makes the store of the base publication. Once in a process. */
void fuzz_store_open(const struct reader *reader, const char *base);

/*
 * Reads a publication into it as `ismap-sync pull` does, renders the documents,
 * and checks what a tree promises (tree.c); then takes all of it back.
 */
void fuzz_store_read(const uint8_t *data, size_t size);

/* Whether what this transaction made is a tree as schema.sql and vocabulary.h promise. */
void fuzz_tree_check(sqlite3 *database, int64_t generation);

/* The uuid of the stores that are made here. */
#define RIG_UUID "00000000-0000-4000-8000-000000000000"

/*
 * Makes the generation file of a store that has read the publications, a day
 * apart, in small pages; the same ones make the same file. Once in a process, and
 * not beside fuzz_store_open().
 */
void fuzz_store_make(const struct reader *reader, const char *const publications[], size_t count,
		     struct buffer *file);

#endif
