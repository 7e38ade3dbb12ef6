/*
 * What a pruning forgot and what it kept of former generations, as two checksums. The generation
 * that a pruning makes states them as documents, so they are part of its chain: of the generations
 * before, whose own chains can't be computed any more, nothing can be changed unseen either.
 * ismap-mirror(7) has the text that they are of, in words.
 */
#ifndef ISMAPFS_PRUNED_H
#define ISMAPFS_PRUNED_H

#include "store/database.h"
#include "util/reason.h"

/* Roles of a generation's documents (source_document). */
#define PRUNED_KEPT "kept"
#define PRUNED_FORGOTTEN "forgotten"

/* The oldest generation that a file shows; 0: all of them are there. Returns 0 or -errno, already
 * reported. */
int pruned_find_first(sqlite3 *database, int64_t *first);

/*
 * States what is kept, or forgotten, of what was before generation `first`, as a document of
 * `generation`. What is forgotten must still be there, what is kept must be all that is left.
 * Returns 0 or -errno, already reported.
 */
int pruned_state(sqlite3 *database, const char *role, int64_t first, int64_t generation);

/* Whether a file that states what it kept still has it. Returns 0; -EBADMSG, with a sentence; or
 * another -errno, already reported. */
int pruned_check(sqlite3 *database, const char *name, struct reason *reason);

#endif
