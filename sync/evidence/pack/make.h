/* Making a pack of the facts. */
#ifndef ISMAPFS_EVIDENCE_MAKE_H
#define ISMAPFS_EVIDENCE_MAKE_H

#include "evidence/facts/facts.h"
#include "evidence/pack/pack.h"

/* Fills an empty pack with all files but the signature's. whole: with documents as they were
 * fetched, and with all that the chain is made of. Returns 0 or -errno, already reported. */
int pack_make(struct evidence *evidence, bool whole, struct pack *pack);

#endif
