/*
 * Holding back: a command that reads foreign bytes keeps its store, what it was
 * told to read, and, if it asks for something over the network, that and the
 * files that names and certificates are looked up in. Landlock and a list of
 * system calls see to it; root keeps just its power over files' permissions.
 *
 * A kernel without one of them leaves that one out.
 */
#ifndef ISMAPFS_CONFINE_H
#define ISMAPFS_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "commands/command.h"
#include "fetch/location.h"

#define CONFINE_INPUTS_MAX 4

struct confine_needs {
	const char *store;  /* NULL: none */
	bool writes;	    /* the store, too */
	bool made;	    /* the store's directory is this run's: it may be removed when empty */
	const char *output; /* a directory that is made or replaced, so the one that it is in; or
			       NULL */
	/* Files and folders to read; NULL: none in that place. */
	const char *inputs[CONFINE_INPUTS_MAX];
	char *const *words; /* more of them */
	int word_count;
	struct location location; /* of a publication; its text is NULL: none */
	/*
	 * It goes on for months, while files are replaced under their names: inputs
	 * may be read in the directories that they are in, and names looked up in all
	 * of /etc that the user may read.
	 */
	bool lasting;
};

/*
 * Gives up everything else for good. While there is one thread; the store exists.
 * Returns 0, or a negative errno value, which was said.
 */
int confine(const struct command *command, const struct confine_needs *needs);

#endif
