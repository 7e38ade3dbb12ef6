/* The documents of a FedRAMP publication, told by their content, and their official addresses. */
#ifndef ISMAPFS_FEDRAMP_KINDS_H
#define ISMAPFS_FEDRAMP_KINDS_H

#include "sources/source.h"

#define FEDRAMP_CHANGELOG_ROLE "changelog"
#define FEDRAMP_OVERVIEW_ROLE "overview"

/* Shapes of the list. */
#define FEDRAMP_PRODUCTS_SHAPE "products.json"
#define FEDRAMP_DATA_SHAPE "data.json"
#define FEDRAMP_EXPORT_SHAPE "fedramp-products.json" /* refused */

extern const struct document_kind fedramp_documents[];

/* As struct reader's member of that name (source.h). */
bool fedramp_states(const char *role, const char *shape, int field);

#endif
