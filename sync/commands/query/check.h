/* check: what was asked, what was found, and how it is shown. */
#ifndef ISMAPFS_COMMANDS_CHECK_H
#define ISMAPFS_COMMANDS_CHECK_H

#include "query/claims.h"
#include "query/verdict.h"

struct check {
	struct question question;
	struct claims claims;
	bool from_file;		  /* so a claim has a line */
	bool from_mirror;	  /* there is no store */
	struct verdict *verdicts; /* of each claim */
	size_t counts[RESULT_HOLDS + 1];
};

/* Print what was found. Return 0 or -errno, already reported. */
int check_print_page(const struct check *check);
int check_print_tsv(const struct check *check);
int check_print_json(const struct check *check, bool lines);

#endif
