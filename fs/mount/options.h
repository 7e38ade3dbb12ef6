/*
 * The command line: the driver's own, and the one by which mount(8) calls it.
 */
#ifndef ISMAPFS_OPTIONS_H
#define ISMAPFS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit codes; -h documents them. */
enum exit_code {
	EXIT_CODE_FINE = 0,
	EXIT_CODE_MOUNT = 1,
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_STORE = 5,
};

/* Longest option, with its NUL. */
#define OPTION_SIZE 256

struct options {
	const char *store;	/* as given */
	const char *mountpoint; /* as given */
	int64_t max_age;	/* milliseconds */
	bool allow_other;
	bool prefetch;
	bool sandbox;
	char user[OPTION_SIZE]; /* who to become; empty: nobody else */
	/* The command line's bytes, which ps shows: a child with another task may put its own
	 * there.
	 */
	char *shown;
	size_t shown_size;
	bool foreground;
	bool debug;
	bool help;
	bool version;
	bool helper; /* called as mount.ismapfs or mount.fuse.ismapfs, with mount(8)'s flags */
	bool sloppy; /* mount -s: what isn't known is ignored */
	bool fake;   /* mount -f: everything but the mount */
};

/* Reads the command line, whose texts *options keeps. Says what is wrong with it. Returns 0 or
 * -EINVAL. */
int options_parse(int count, char **arguments, struct options *options);

/* To stdout. */
void options_help(void);

/* A process's exit status: for mount(8) in its own codes. */
int options_status(const struct options *options, enum exit_code code);

#endif
