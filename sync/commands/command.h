/*
 * The subcommands of ismap-sync: one function each, in a file of its name.
 * They take the words behind the subcommand and return an exit code.
 */
#ifndef ISMAPFS_COMMAND_H
#define ISMAPFS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/messages.h"
#include "util/buffer.h"
#include "util/exit_code.h"

struct command {
	const char *name;
	const char *synopsis; /* what must be given, and words that aren't options */
	const char *summary;
	const char *exit_status; /* what it may say, besides 0 and 2 */
	int (*run)(const struct command *command, int argc, char **argv);
	bool unconfined; /* --sandbox=off */
};

int command_init(const struct command *command, int argc, char **argv);
int command_pull(const struct command *command, int argc, char **argv);
int command_run(const struct command *command, int argc, char **argv);
int command_wait(const struct command *command, int argc, char **argv);
int command_probe(const struct command *command, int argc, char **argv);
int command_import(const struct command *command, int argc, char **argv);
int command_status(const struct command *command, int argc, char **argv);
int command_log(const struct command *command, int argc, char **argv);
int command_verify(const struct command *command, int argc, char **argv);
int command_changes(const struct command *command, int argc, char **argv);
int command_diff(const struct command *command, int argc, char **argv);
int command_prune(const struct command *command, int argc, char **argv);
int command_import_history(const struct command *command, int argc, char **argv);
int command_keygen(const struct command *command, int argc, char **argv);
int command_publish(const struct command *command, int argc, char **argv);
int command_export(const struct command *command, int argc, char **argv);

/* An option that takes a value, or a flag. */
struct command_option {
	const char *name;   /* without the dashes */
	const char **value; /* receives the value; NULL for a flag */
	bool *flag;	    /* is set by a flag; else NULL */
	bool required;
	/* For --help: what the value is called, and what the option means, in a line or two. */
	const char *argument;
	const char *help;
	/* Appends the words that the value may be, for --help; or NULL. */
	void (*put_values)(struct buffer *text);
};

#define STORE_OPTION(path) \
	{ \
		.name = "store", .value = (path), .required = true, .argument = "DIR", \
		.help = N_("the store") \
	}

/* The words behind a subcommand that aren't options. */
struct command_words {
	char **words; /* point into argv */
	int count;
};

/*
 * Reads the options of a subcommand; argv[0] is its name. Words that aren't
 * options are left in *words; where words is NULL, there must be none. Prints the
 * command's help for --help. Returns 0; or, with the sentence said, EXIT_USAGE;
 * or -1 after --help.
 */
int command_options(const struct command *command, int argc, char **argv,
		    const struct command_option *options, struct command_words *words);

/*
 * The exit code after an error, a negative errno value, that was said unless it
 * is -ENOMEM, which this says: EXIT_STORE.
 */
int command_failed(const struct command *command, int error);

/* A sentence and a pointer to --help; returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int command_usage(const struct command *command,
							const char *format, ...);

#endif
