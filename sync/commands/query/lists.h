/* The lists that check, search and show ask: several stores, or a mirror's that is fetched for one
 * answer and leaves nothing behind. */
#ifndef ISMAPFS_COMMANDS_LISTS_H
#define ISMAPFS_COMMANDS_LISTS_H

#include "cli/command.h"
#include "query/verdict.h"
#include "terminal/format.h"

struct list_options {
	struct command_texts stores;
	const char *mirror, *public_key, *ca_file;
};

#define STORES_OPTION(options) \
	OPTIONS("store", &(options).stores, "DIR", "the store; again for each further one")
#define MIRROR_OPTIONS(options) \
	OPTION("mirror", &(options).mirror, "URL", \
	       "no store: fetch a mirror's list, verify it,\nanswer and leave nothing behind"), \
		OPTION("pubkey", &(options).public_key, "FILE", \
		       "public keys that the mirror's list may be signed with"), \
		OPTION("cacert", &(options).ca_file, "FILE", \
		       "authorities to trust besides the system's, in PEM")

#define LISTS_PATH_SIZE 4096

struct lists {
	struct asked_list lists[COMMAND_TEXTS_MAX]; /* without names, until they are read */
	size_t count;
	struct store_directory fetched; /* of a mirror */
	char path[LISTS_PATH_SIZE];	/* the same, while it is there */
};

/* Enters the sandbox and opens the lists. The caller closes them, also after an error. Returns 0,
 * or an exit code after a sentence. */
int lists_open(const struct command *command, const struct list_options *options,
	       struct lists *lists);

void lists_close(struct lists *lists);
#define _cleanup_lists_ __attribute__((cleanup(lists_close)))

/* Takes --format of tables. Returns 0, or EXIT_USAGE after a sentence. */
int lists_parse_format(const struct command *command, const char *text, enum format *format);

#endif
