/*
 * A word of the tree that stands for words of a registry: of a status, a class,
 * a path. Tables of them are constants that end with a row without a word.
 */
#ifndef ISMAPFS_WORD_H
#define ISMAPFS_WORD_H

#define WORDS_BEFORE_MAX 7

struct word {
	const char *word;		      /* the tree's */
	const char *today;		      /* the registry's; NULL: it has none */
	const char *before[WORDS_BEFORE_MAX]; /* the registry's earlier ones; NULL behind them */
	const char *former; /* the tree's of store version 1; NULL: there was none */
	const char *japanese;
	/* Of a status only: */
	const char *meaning;  /* what it means, in English; the line of in-force.basis */
	const char *in_force; /* whether the registry treats the listing as holding: "yes", "no" or
				 "unknown" */
};

#endif
