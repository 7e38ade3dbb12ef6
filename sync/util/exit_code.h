/* The exit statuses of ismap-sync. */
#ifndef ISMAPFS_EXIT_CODE_H
#define ISMAPFS_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,
	/* --exit-code: something changed (changes, diff), the list is stale (status); wait: nothing
	 * came in time; check: a line fails; search, show: there is no such service; compare: two
	 * pasts differ; stamps: a time stamp is bad or out of line; evidence: nothing is known of
	 * the day */
	EXIT_ANSWER = 1,
	EXIT_USAGE = 2,
	EXIT_FETCH = 3,	  /* the publication could not be fetched */
	EXIT_REFUSED = 4, /* the publication was fetched and refused */
	EXIT_STORE = 5, /* the store is locked, damaged, missing, or cannot be written; no memory */
	EXIT_OUTPUT = 6,   /* all is done, but standard output could not be written */
	EXIT_UNCLEAR = 6,  /* check: no line fails, but one can't be told; who reads it knows no
			      more than without output */
	EXIT_SIGNAL = 128, /* and the signal's number: import-history was interrupted */
};

#endif
