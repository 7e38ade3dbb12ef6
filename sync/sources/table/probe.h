#ifndef ISMAPFS_TABLE_PROBE_H
#define ISMAPFS_TABLE_PROBE_H

#include "sources/source.h"

/* Prints the headings of a table with samples, and a map that is guessed from them: as probe() of
 * a reader. */
int table_probe(struct network *network, const char *location, const struct source_options *options,
		struct reason *reason);

#endif
