/* A good generation file with something done to it. */
#ifndef ISMAPFS_TESTS_FUZZ_SPOIL_H
#define ISMAPFS_TESTS_FUZZ_SPOIL_H

#include <stddef.h>
#include <stdint.h>

#include "mirror/object.h"

/*
 * Changes a copy of a file as the bytes say, and appends it to *file. Bytes that
 * begin with `--` are SQL, run statement by statement, whether or not one fails.
 * Others are steps, each a byte and what it takes: changes of values, of rows, of
 * the schema, of the table and not of its indexes; and then of the file's bytes.
 * Whatever the bytes are, they mean something, which is what a fuzzer needs.
 */
void spoil(struct span good, const uint8_t *data, size_t size, struct buffer *file);

#endif
