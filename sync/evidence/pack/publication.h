/* The publisher's own bytes in a pack: records cut out of the kept documents, or all of them. */
#ifndef ISMAPFS_EVIDENCE_PUBLICATION_H
#define ISMAPFS_EVIDENCE_PUBLICATION_H

#include "evidence/facts/facts.h"
#include "evidence/pack/pack.h"

/*
 * Adds the records of the services, and how each was cut. whole: the documents, too. Fills in
 * where a service's record is. Returns 0 or -errno, already reported.
 */
int pack_add_publication(struct evidence *evidence, bool whole, struct pack *pack);

#endif
