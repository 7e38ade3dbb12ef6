/*
 * Rows of the list whose id can't be read. Each is of a service that is listed,
 * so that it mustn't seem to have left: the store knows it by its provider and its
 * name, and what the store has of it stays.
 */
#ifndef ISMAPFS_FEDRAMP_STRANGERS_H
#define ISMAPFS_FEDRAMP_STRANGERS_H

#include "sources/fedramp/documents/list.h"
#include "stage/publication.h"

/*
 * Finds their services among those that the store lists and that aren't staged
 * yet. *known receives how many were found. 0; -EBADMSG when the publication is
 * refused, as one isn't found, or more than `limit` percent of the list are
 * strangers; or another -errno, already reported.
 */
int fedramp_strangers_settle(struct staging *staging, struct publication *publication,
			     const struct fedramp_list *list, int limit, size_t *known);

#endif
