/* init, pull and import: what fills a store. */
#include <errno.h>
#include <string.h>

#include "cli/sandbox.h"
#include "common/log.h"
#include "cli/pull_options.h"

static int run_init(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_buffer_ struct buffer names = {0};
	const struct registry *registry;
	const char *path = NULL, *name = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("bundled", &name, "NAME", "a list that comes along", .required = true,
		       .put_values = registry_put_names),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	/* cppcheck-suppress [nullPointer,ctunullpointer]; a required option has a value */
	registry = registry_find(name);
	registry_put_names(&names);
	if (!registry || !registry->bundled)
		return command_usage(command, "there is no bundled list '%s'; there are %s", name,
				     names.bytes);
	if (command_open_writer(command, &(struct sandbox_needs){.store = path, .writes = true},
				true, &store) < 0)
		return EXIT_STORE;
	if (store.current[0] != '\0') {
		log_error(
			"%s holds a list already; init is for a new store, 'ismap-sync pull' brings one up to date",
			path);
		return EXIT_STORE;
	}
	return pull_bundled(&store, registry);
}

static int run_pull(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_options pulling = {.request = PULL_REQUEST_DEFAULT};
	const struct command_option options[] = {PULL_OPTIONS(pulling), {0}};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = pull_options_finish(command, &pulling);
	if (r != 0)
		return r;
	if (pull_options_open_writer(command, &pulling, &store) < 0)
		return EXIT_STORE;
	return (int)bring_up_to_date(&store, &pulling.request);
}

static int run_import(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_request request = PULL_REQUEST_DEFAULT;
	const char *path = NULL, *source = "interchange";
	const struct command_option options[] = {
		STORE_OPTION(&path),
		SOURCE_OPTION(&source, reader_put_names),
		MAP_OPTION(&request.source_options.map),
		ACCEPT_LOSS_OPTION(&request.accept_loss),
		{0},
	};
	struct sandbox_needs needs = {.writes = true};
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count == 0)
		return command_usage(command, "there is no file to import");
	r = pull_options_find_reader(command, source, &request.reader);
	if (r != 0)
		return r;
	needs.store = path;
	needs.inputs[0] = request.source_options.map;
	needs.words = words.words;
	needs.word_count = words.count;
	if (command_open_writer(command, &needs, true, &store) < 0)
		return EXIT_STORE;
	for (int i = 0; i < words.count; i++) {
		enum exit_code code;

		request.from[0] = location_of(words.words[i]);
		request.from_count = 1;
		code = pull(&store, &request);
		if (code != EXIT_DONE)
			return (int)code;
	}
	return EXIT_DONE;
}

const struct command command_init = {
	.name = "init",
	.synopsis = "--store DIR --bundled NAME",
	.summary = N_("make a store from a list that comes along"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_init,
};

const struct command command_pull = {
	.name = "pull",
	.synopsis = PULL_SYNOPSIS,
	.summary = N_("bring a store up to date with a publication"),
	.exit_status = PULL_EXIT_STATUS,
	.run = run_pull,
};

const struct command command_import = {
	.name = "import",
	.synopsis = "--store DIR FILE...",
	.summary = N_("pull from files, one after the other"),
	.exit_status = PULL_EXIT_STATUS,
	.run = run_import,
};
