/*
 * Following a published directory (head.h): over https, or from a directory that
 * was carried here.
 *
 * A head is believed in this order, and what fails has a sentence of its own: the
 * registry that it is of, its signature, the key, that it isn't older than what is
 * here, that it hasn't expired. Then the object: its checksum, its size, the
 * file's schema and inner order. Only a file that passed all of it becomes
 * current; until then, and whatever fails, the store stays as it was.
 *
 * The generation file is the origin's, to the byte; so are inode numbers, mtimes
 * and history. Generations that the calendar makes come from the origin, too.
 */
#ifndef ISMAPFS_FOLLOW_H
#define ISMAPFS_FOLLOW_H

#include "gather/request.h"
#include "sources/source.h"
#include "store/directory.h"
#include "util/exit_code.h"

/* --source mirror: no reader, but a published store. */
extern const struct reader reader_mirror;

/* Brings a mirror up to date, writes its state, and prints what changed. */
enum exit_code follow(struct store_directory *store, const struct pull_request *request);

#endif
