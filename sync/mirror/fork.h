/*
 * An origin, or whoever has its key, that tells a mirror another past than it told before, or signs
 * two lists under one number. What proves it is kept in mirror/forks/: the heads as they were
 * signed, in the form of kept_head.h, and the file that is refused.
 */
#ifndef ISMAPFS_FORK_H
#define ISMAPFS_FORK_H

#include "mirror/head.h"
#include "store/directory.h"
#include "store/past/past.h"
#include "util/reason.h"
#include "util/span.h"

#define FORKS_FOLDER STORE_MIRROR "/forks"

/* At most so many files are kept of forks, and of the time before a pruning. */
#define FORK_FILES_MAX 30
#define FORK_PRUNED_MAX 10

struct fork {
	const struct store_directory *store;
	/* The store's current file, and what it is; empty where it holds nothing yet. */
	struct span present_file;
	const struct head *present;
	/* What is offered, with a signature that fits. */
	const struct head *head;
	struct span signature, text;
	struct reason *reason;
};

/* Keeps both heads when the one that is offered has another chain under the store's own number.
 * Before its file is fetched, as that may be withheld. */
void fork_note_head(const struct fork *fork);

/*
 * Whether the new file, which was checked, goes on from what the store has. Before it forgets what
 * the store still has, as a pruning of the origin does, the store's file is kept in mirror/pruned/.
 * Returns 0; -EBADMSG when it is refused; or another -errno, already reported.
 */
int fork_check(const struct fork *fork, struct span file);

/* Appends a difference in words: what, since when, and what the two files say. */
void fork_describe(const struct past_difference *difference, const char *first, const char *second,
		   struct buffer *text);

#endif
