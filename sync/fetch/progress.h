/* The progress of a long run: one line on a terminal, nothing when stderr isn't one. */
#ifndef ISMAPFS_PROGRESS_H
#define ISMAPFS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *label;
	int64_t started; /* ms */
	int64_t shown;	 /* ms */
	bool terminal;	 /* stderr is one */
	bool bytes;	 /* of done and total; else they are counted in pieces */
	bool drawn;	 /* there is a line to clear */
};

void progress_begin(struct progress *progress);

/* Redraws the line, at most ten times a second: part done, rate, time elapsed and remaining. total:
 * 0 when it is unknown. */
void progress_show(struct progress *progress, size_t done, size_t total);

/* Clears the line. */
void progress_end(struct progress *progress);

#endif
