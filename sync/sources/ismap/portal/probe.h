/* What a portal answers, and what the label map makes of it. */
#ifndef ISMAPFS_PORTAL_PROBE_H
#define ISMAPFS_PORTAL_PROBE_H

#include "sources/source.h"

/* Prints it on stdout; of struct reader. */
int portal_probe(struct network *network, const char *location,
		 const struct source_options *options, struct reason *reason);

#endif
