/* What somebody may have meant who mistyped a word. */
#ifndef ISMAPFS_NEAREST_H
#define ISMAPFS_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *typed;
	const char *best; /* NULL: none is near */
	size_t distance;
};

/* Takes a word into account that could have been typed; call it once for each. Near is one that
 * begins with what was typed, or that so few slips make of it, as a third of its letters. */
void nearest_consider(struct nearest *nearest, const char *word);

#endif
