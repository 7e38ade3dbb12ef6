/* How far a long run has come: one line on a terminal, nothing anywhere else. */
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

/* Redraws the line, at most ten times a second: part done, rate, time elapsed and remaining. With
 * an unknown total, 0, just what is known. */
void progress_show(struct progress *progress, size_t done, size_t total);

/* Clears the line. */
void progress_end(struct progress *progress);

#endif
