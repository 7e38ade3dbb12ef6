/*
 * The command line: our own, and that of a mount(8) helper.
 */
#ifndef ISMAPFS_OPTIONS_H
#define ISMAPFS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state.h"

/* Exit codes; -h documents them. */
enum exit_code {
	EXIT_CODE_FINE = 0,
	EXIT_CODE_MOUNT = 1,
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_STORE = 5,
};

/* The longest option, with its NUL. */
#define OPTION_SIZE 256

#define LANGUAGES_SIZE 200

struct options {
	const char *store;	/* as given */
	const char *mountpoint; /* as given */
	struct state_limits limits;
	bool allow_other;
	bool no_symlinks; /* the kernel follows none of the tree's */
	bool prefetch;
	bool sandbox;
	char user[OPTION_SIZE]; /* to become after mounting; empty: stay */
	/* The command line's bytes, which ps shows. The guardian overwrites them. */
	char *shown;
	size_t shown_size;
	bool foreground;
	bool debug;
	bool help;
	bool version;
	bool helper; /* called as mount.ismapfs or mount.fuse.ismapfs, with mount(8)'s flags */
	bool sloppy; /* mount -s: ignore unknown options */
	bool fake;   /* mount -f: do everything except mounting */
};

/* Parses the command line, which *options borrows. Returns 0 or -EINVAL, already reported. */
int options_parse(int count, char **arguments, struct options *options);

/* Prints --help. */
void options_help(void);

/* The exit status for a code: a helper uses mount(8)'s. */
int options_status(const struct options *options, enum exit_code code);

#endif
