/*
 * Strings of JSON that stand more than once stand in a table, and elsewhere as their
 * place in it. A place follows from the string, so that one which comes or goes moves
 * hardly another one: what is the same from day to day stays the same bytes.
 */
#ifndef ISMAPFS_REPORT_STRINGS_H
#define ISMAPFS_REPORT_STRINGS_H

#include "util/buffer.h"

/* Appends the table, an array with 0 where nothing is, and the text with places for its strings. */
void strings_share(const struct buffer *json, struct buffer *table, struct buffer *shared);

#endif
