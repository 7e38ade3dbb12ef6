/* init, pull and import: what fills a store. */
#include <errno.h>
#include <string.h>

#include "log.h"
#include "pull.h"
#include "update.h"

int command_init(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL, *registry = NULL;
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{.name = "bundled", .value = &registry, .required = true},
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	if (strcmp(registry, "ismap") != 0 && strcmp(registry, "fedramp") != 0)
		return command_usage(command, "there is no bundled list '%s'", registry);
	if (store_directory_open_writer(&store, path, true) < 0)
		return EXIT_STORE;
	if (store.current[0] != '\0') {
		log_info("%s holds a list already; init is for a new store, 'ismap-sync pull' "
			 "brings one "
			 "up to date",
			 path);
		return EXIT_STORE;
	}
	return pull_bundled(&store, registry);
}

static int parse_percent(const struct command *command, const char *text, int *percent)
{
	char *end;
	long number;

	if (!text)
		return 0;
	number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || number < 0 || number > 100)
		return command_usage(command, "--loss-limit is a number from 0 to 100, not '%s'",
				     text);
	*percent = (int)number;
	return 0;
}

static int find_source(const struct command *command, const char *name,
		       struct pull_request *request)
{
	request->source = source_find(name);
	if (!request->source)
		return command_usage(command, "'%s' is not a source; there are " SOURCE_NAMES,
				     name);
	return 0;
}

int command_pull(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_request request = {.loss_limit = UPDATE_LOSS_LIMIT_DEFAULT};
	const char *path = NULL, *source = NULL, *at = NULL, *limit = NULL;
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{.name = "source", .value = &source, .required = true},
		{.name = "from", .value = &request.location, .required = true},
		{.name = "at", .value = &at},
		{.name = "loss-limit", .value = &limit},
		{.name = "accept-loss", .flag = &request.accept_loss},
		{.name = "cacert", .value = &request.ca_file},
		{.name = "quiet", .flag = &request.quiet},
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	r = find_source(command, source, &request);
	if (r == 0)
		r = parse_percent(command, limit, &request.loss_limit);
	if (r != 0)
		return r;
	if (at && (pull_parse_time(at, &request.at) < 0 || request.at == 0))
		return command_usage(command,
				     "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", at);
	if (store_directory_open_writer(&store, path, true) < 0)
		return EXIT_STORE;
	return (int)pull(&store, &request);
}

int command_import(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_request request = {.loss_limit = UPDATE_LOSS_LIMIT_DEFAULT};
	const char *path = NULL, *source = "interchange";
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{.name = "source", .value = &source},
		{.name = "accept-loss", .flag = &request.accept_loss},
		{0},
	};
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	if (words.count == 0)
		return command_usage(command, "there is no file to import");
	r = find_source(command, source, &request);
	if (r != 0)
		return r;
	if (store_directory_open_writer(&store, path, true) < 0)
		return EXIT_STORE;
	for (int i = 0; i < words.count; i++) {
		enum exit_code code;

		request.location = words.words[i];
		code = pull(&store, &request);
		if (code != EXIT_DONE)
			return (int)code;
	}
	return EXIT_DONE;
}
