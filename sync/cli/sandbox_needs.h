/* What a command reads and writes: its sandbox (cli/sandbox.h) lets it do no more. */
#ifndef ISMAPFS_SYNC_SANDBOX_NEEDS_H
#define ISMAPFS_SYNC_SANDBOX_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "fetch/location.h"

#define SANDBOX_INPUTS_MAX 4

struct sandbox_needs {
	const char *store;	   /* NULL: none */
	const char *const *stores; /* others that are read besides */
	size_t store_count;
	bool writes;	    /* the store, too */
	bool made;	    /* this run made the store's directory, and may remove it when empty */
	const char *output; /* a directory that is made or replaced, so the one that it is in; or
			       NULL */
	bool output_stays;  /* where it is there already, it isn't replaced */
	/* Files and folders to read; NULL: none in that place. */
	const char *inputs[SANDBOX_INPUTS_MAX];
	char *const *words; /* more of them */
	int word_count;
	const struct location *locations; /* of a publication */
	size_t location_count;
	bool network; /* it asks servers, whatever the locations are */
	/*
	 * The command runs for months, while files are replaced under their names: it
	 * may read all of the directories of its inputs, and all of /etc.
	 */
	bool lasting;
};

#endif
