/* What people want to have checked: numbers or names, one a line or in a column of a table. */
#ifndef ISMAPFS_QUERY_CLAIMS_H
#define ISMAPFS_QUERY_CLAIMS_H

#include <stddef.h>

#include "util/reason.h"

struct claim {
	size_t line; /* of the file, or the item's number; the first is 1 */
	char *text;
};

struct claims {
	struct claim *claims;
	size_t count, capacity;
};

void claims_add(struct claims *claims, size_t line, const char *text);

/*
 * Reads a file, by an open descriptor: one number or name a line, without lines that begin with
 * `#` and what follows ` # `; or, with a column, a table whose headings name it. The file may be a
 * pipe, and in any encoding that a sheet may have (sheet.h). Returns 0; or -errno with a sentence
 * in reason, also when there is nothing to check, or when it is a table and no column is named.
 */
int claims_read(int fd, const char *column, struct reason *reason, struct claims *claims);

void claims_release(struct claims *claims);
#define _cleanup_claims_ __attribute__((cleanup(claims_release)))

#endif
