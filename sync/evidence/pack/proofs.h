/* What a pack has of others' proofs: the chain, heads that an origin signed, time stamps. */
#ifndef ISMAPFS_EVIDENCE_PROOFS_H
#define ISMAPFS_EVIDENCE_PROOFS_H

#include "evidence/facts/facts.h"
#include "evidence/pack/pack.h"

#define PACK_CHAIN "chain.tsv"
#define PACK_CHAIN_HEADER "ismapfs-chains 1"
#define PACK_CHAIN_FOLDER "chain/"

/*
 * Adds chain.tsv, a line for each generation from that of the day to the newest. whole: also the
 * texts that the chain is of, from the first generation on in which something began that held that
 * day. Returns 0 or -errno, already reported.
 */
int pack_add_chain(const struct evidence *evidence, bool whole, struct pack *pack);

/* Adds the heads that a mirror's origin signed: the one that it follows, and all of its forks. */
int pack_add_heads(struct evidence *evidence, struct pack *pack);

/* Adds the stamps of those generations that the store has. */
int pack_add_stamps(struct evidence *evidence, struct pack *pack);

/* Checks the texts that a read pack's chain is of, if it has some: how many. Returns 0, or -EBADMSG
 * with a sentence. */
int proofs_check_chain(const struct pack *pack, struct reason *reason, size_t *count);

/* The chain of a generation of the pack: 1; 0: it is none of the pack's; or -errno, already
 * reported. */
int proofs_find_chain(const struct evidence *evidence, int64_t generation,
		      char chain[static STATE_CHAIN_SIZE]);

#endif
