/*
 * FedRAMP's words: for a status, a phase, a class, a type and a path of
 * certification, our word, FedRAMP's own word of today, and the words that it
 * used before, by its own table. Pure functions over constants, for any thread.
 */
#ifndef ISMAPFS_FEDRAMP_WORDS_H
#define ISMAPFS_FEDRAMP_WORDS_H

#include "sources/word.h"

enum fedramp_vocabulary {
	FEDRAMP_STATUS,
	FEDRAMP_PHASE,
	FEDRAMP_CLASS,
	FEDRAMP_TYPE,
	FEDRAMP_PATH,
};

/* Where a status stands in the table of statuses. */
enum fedramp_status {
	FEDRAMP_CERTIFIED,
	FEDRAMP_IN_REMEDIATION,
	FEDRAMP_LEGACY_READY,
	FEDRAMP_INITIAL_IMPLEMENTATION,
	FEDRAMP_AGENCY_IN_PROCESS,
	FEDRAMP_IN_PROCESS,
	FEDRAMP_DELISTED,
	FEDRAMP_UNKNOWN,
};

/* The statuses, by enum fedramp_status. */
extern const struct word fedramp_statuses[];

/* All words of a vocabulary, up to one whose word is NULL. The last one is "unknown". */
const struct word *fedramp_words(enum fedramp_vocabulary vocabulary);

/* Of that status. */
const struct word *fedramp_status_word(enum fedramp_status status);

/* The word "unknown" of a vocabulary. */
const struct word *fedramp_unknown(enum fedramp_vocabulary vocabulary);

/* The word itself, as the tree has it; NULL: there is none. */
const struct word *fedramp_word_of(enum fedramp_vocabulary vocabulary, const char *word);

/* A word of the field of that name, but for statuses; NULL: there is none. */
const struct word *fedramp_word_of_field(const char *field, const char *word);

/*
 * What a word of FedRAMP's means, today's or an earlier one. Case and white space
 * don't count, everything else does. NULL for a word that nobody knows; "Unknown"
 * is one that FedRAMP has.
 */
const struct word *fedramp_word_find(enum fedramp_vocabulary vocabulary, const char *text);

#endif
