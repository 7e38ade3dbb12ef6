/*
 * Following a published directory (head.h): over https, or from a directory that
 * was carried here.
 *
 * A head is checked in this order: its registry, its signature, the key, that it
 * isn't older than the store's, that it hasn't expired. Then the object: its
 * checksum, its size, the file's schema and content. Each check has its own
 * sentence. A file becomes current only when all checks pass; otherwise the store
 * stays as it was.
 *
 * The generation file is the origin's, to the byte; so inode numbers, mtimes and
 * history are, too. Generations that the calendar makes also come from the origin.
 */
#ifndef ISMAPFS_FOLLOW_H
#define ISMAPFS_FOLLOW_H

#include "pull/request.h"
#include "sources/source.h"
#include "store/directory.h"
#include "util/exit_code.h"

/* --source mirror: no reader, but a published store. */
extern const struct reader reader_mirror;

/* Brings a mirror up to date, writes its state, and prints what changed. */
enum exit_code follow(struct store_directory *store, const struct pull_request *request);

#endif
