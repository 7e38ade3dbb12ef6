/* A folder whose files are the documents of a publication. */
#ifndef ISMAPFS_FOLDER_H
#define ISMAPFS_FOLDER_H

#include "gather/request.h"

/*
 * Adds the regular files of a folder, in the order of their names, without hidden
 * ones. size_max: bytes of all of them. Returns 0 or fetch()'s error; -EBADMSG
 * when there are too many.
 */
int folder_read(const struct reader *reader, const char *path, size_t size_max,
		struct reason *reason, struct document_set *documents);

#endif
