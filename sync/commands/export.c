#include <sys/stat.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "render/plain_tree.h"
#include "store/directory.h"

static int run_export(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL;
	bool with_at = false;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		FLAG("with-at", &with_at, "the dates in at/, too"),
		{0},
	};
	struct sandbox_needs needs;
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count != 1)
		return command_usage(command, "give one directory to write into");
	/* It is for others to read, as a mount is, and not half of it. */
	(void)umask(022);
	needs = (struct sandbox_needs){.store = path, .output = words.words[0]};
	if (command_sandbox(command, &needs) < 0 || store_directory_open(&store, path) < 0 ||
	    export_tree(&store, words.words[0], with_at) < 0)
		return EXIT_STORE;
	return EXIT_DONE;
}

const struct command command_export = {
	.name = "export",
	.synopsis = "--store DIR OUTDIR",
	.summary = N_("write the tree as plain files"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_export,
};
