/*
 * FedRAMP's words: for a status, a phase, a class, a type and a path of
 * certification, our word, FedRAMP's own word of today, and the words that it
 * used before, by its own table. Pure functions over constants, for any thread.
 */
#ifndef ISMAPFS_FEDRAMP_WORDS_H
#define ISMAPFS_FEDRAMP_WORDS_H

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

#define FEDRAMP_FORMER_WORDS_MAX 7

struct fedramp_word {
	const char *word;			      /* ours */
	const char *today;			      /* FedRAMP's */
	const char *before[FEDRAMP_FORMER_WORDS_MAX]; /* FedRAMP's earlier ones; NULL behind them */
	/* Of a status only: */
	const char *former;   /* our word of store version 1; NULL: there was none */
	const char *in_force; /* "yes", "no" or "unknown" */
	const char *basis;    /* why, in a few English words */
	const char *japanese;
};

/* All words of a vocabulary, up to one whose word is NULL. The last one is "unknown". */
const struct fedramp_word *fedramp_words(enum fedramp_vocabulary vocabulary);

/* Of that status. */
const struct fedramp_word *fedramp_status_word(enum fedramp_status status);

/* The word "unknown" of a vocabulary. */
const struct fedramp_word *fedramp_unknown(enum fedramp_vocabulary vocabulary);

/*
 * What a word of FedRAMP's means, today's or an earlier one. Case and white space
 * don't count, everything else does. NULL for a word that nobody knows; "Unknown"
 * is one that FedRAMP has.
 */
const struct fedramp_word *fedramp_word_find(enum fedramp_vocabulary vocabulary, const char *text);

#endif
