/*
 * The sandbox of a command that reads foreign bytes. The command may use its
 * store, the files named on its command line and, if it needs the network, the
 * files for names and certificates. Landlock and seccomp enforce it; a kernel
 * without one of them skips that one.
 *
 * Root becomes the owner of what is written, or of the store, and nobody where there
 * is neither. Where that is root itself, it stays root. Of root's rights stays the one
 * to read all files, and only where Landlock says which.
 */
#ifndef ISMAPFS_SYNC_SANDBOX_H
#define ISMAPFS_SYNC_SANDBOX_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/sandbox_needs.h"
#include "store/reader.h"

/*
 * Enters the sandbox for good. Call it while there is one thread; the store must
 * exist. Returns 0 or -errno, already reported.
 */
int command_sandbox(const struct command *command, const struct sandbox_needs *needs);

/*
 * For a command that writes its store (needs->store): makes its directory when create
 * is set, and enters the sandbox. *made: whether it was made. Nothing in it was read
 * yet, as that may be somebody else's. Returns 0; -ECANCELED when the sandbox can't be
 * entered; or another -errno; already reported.
 */
int command_begin_store(const struct command *command, const struct sandbox_needs *needs,
			bool create, bool *made);

/* command_begin_store(), then opens the store, which the caller closes. Returns 0 or -errno,
 * already reported. */
int command_open_writer(const struct command *command, const struct sandbox_needs *needs,
			bool create, struct store_directory *store);

/* The same of a store that is there, and holds a list. */
int command_open_list(const struct command *command, const char *path,
		      struct store_directory *store);

/* For a command that only reads its store: enters the sandbox and opens the store's current file.
 * The caller closes both. Returns 0 or -errno, already reported. */
int command_open_store(const struct command *command, const struct sandbox_needs *needs,
		       struct store_directory *store, sqlite3 **database);

/* Runs a command that has no option but --store, and prints what the store says. */
int command_print_store(const struct command *command, int argc, char **argv,
			int (*print)(const struct store_directory *store, sqlite3 *database));

#endif
