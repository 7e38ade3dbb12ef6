/* What the subcommands of ismap-sync have in common: a description, options as rows, --help. */
#ifndef ISMAPFS_COMMAND_H
#define ISMAPFS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/messages.h"
#include "terminal/format.h"
#include "util/buffer.h"
#include "util/exit_code.h"

/* A subcommand: a constant of its file in commands/. */
struct command {
	const char *name;
	const char *synopsis; /* what must be given, and words that aren't options */
	const char *summary;
	const char *exit_status; /* what it may be, besides 0 and 2 */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(const struct command *command, int argc, char **argv);
	bool sandbox_off; /* --sandbox=off was given */
};

#define STORE_EXIT_STATUS N_("5 store unusable or locked")

enum option_type {
	OPTION_TYPE_TEXT,
	OPTION_TYPE_TEXTS,
	OPTION_TYPE_FLAG,
	OPTION_TYPE_NUMBER,
	OPTION_TYPE_DURATION,
};

#define COMMAND_TEXTS_MAX 16

/* The values of an option that may be given several times; an empty one counts as none. */
struct command_texts {
	const char *texts[COMMAND_TEXTS_MAX];
	size_t count;
};

/* An option. Its variable keeps its value when the option isn't given. */
struct command_option {
	const char *name; /* without the dashes */
	enum option_type type;
	union {
		const char **text;
		struct command_texts *texts;
		bool *flag; /* is set */
		int *number;
		int64_t *duration; /* ms */
	};
	/* For --help: what the value is called, and what the option means, in a line or two. */
	const char *argument;
	const char *help;
	/* Appends the words that the value may be, for --help; or NULL. */
	void (*put_values)(struct buffer *text);
	int most;      /* of a number */
	bool required; /* a text, or a duration that is 0 */
};

/* Rows of a table of options, which ends with {0}. Arguments behind the help set other members. */
#define OPTION(name_, text_, argument_, help_, ...) \
	{ \
		.name = (name_), .type = OPTION_TYPE_TEXT, .text = (text_), \
		.argument = (argument_), .help = N_(help_), ##__VA_ARGS__ \
	}
#define OPTIONS(name_, texts_, argument_, help_) \
	{ \
		.name = (name_), .type = OPTION_TYPE_TEXTS, .texts = (texts_), \
		.argument = (argument_), .help = N_(help_) \
	}
#define FLAG(name_, flag_, help_) \
	{ \
		.name = (name_), .type = OPTION_TYPE_FLAG, .flag = (flag_), .help = N_(help_) \
	}
#define NUMBER(name_, number_, most_, argument_, help_) \
	{ \
		.name = (name_), .type = OPTION_TYPE_NUMBER, .number = (number_), .most = (most_), \
		.argument = (argument_), .help = N_(help_) \
	}
#define DURATION(name_, duration_, help_, ...) \
	{ \
		.name = (name_), .type = OPTION_TYPE_DURATION, .duration = (duration_), \
		.argument = "TIME", .help = N_(help_), ##__VA_ARGS__ \
	}

#define STORE_OPTION(path) OPTION("store", path, "DIR", "the store", .required = true)

/* put_names: format_put_tables(), or a function like it for another set. By default table on a
 * terminal, else tsv. */
#define FORMAT_OPTION(text, put_names) \
	OPTION("format", text, "NAME", "how it is written", .put_values = (put_names))

/* The words behind a subcommand that aren't options. */
struct command_words {
	char **words; /* point into argv */
	int count;
};

/*
 * Reads the options of a subcommand. Words that aren't options are left in *words;
 * where words is NULL, there must be none. --help prints the command's help and
 * ends the process. Returns 0; or EXIT_USAGE after a sentence.
 */
int command_options(const struct command *command, int argc, char **argv,
		    const struct command_option *options, struct command_words *words);

/* Ends standard output, after which nothing may be printed. Returns the exit status: the code, or
 * EXIT_OUTPUT when only the output failed. */
int command_end(int code);

/* Prints a sentence and a pointer to --help. Returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int command_usage(const struct command *command,
							const char *format, ...);

/* Parses the --format of a command that has that set of formats (terminal/format.h); text NULL: it
 * wasn't given. Returns 0; or EXIT_USAGE after a sentence. */
int command_parse_format(const struct command *command, const char *text, unsigned set,
			 enum format *format);

/*
 * Parses YYYY-MM-DD, or a time with Z or an offset (by default UTC), into milliseconds. A day is
 * one of the registry's zone, which isn't known here: *is_day says that *at is its beginning in
 * UTC, for local_instant(). Returns 0, also when text is NULL; or EXIT_USAGE after a sentence about
 * --at.
 */
int command_parse_at(const struct command *command, const char *text, int64_t *at, bool *is_day);

#endif
