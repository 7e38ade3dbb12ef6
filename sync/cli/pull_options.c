#include "cli/pull_options.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "fetch/location.h"
#include "mirror/head.h"
#include "mirror/mirror.h"

int pull_options_sandbox(const struct command *command, const struct pull_options *options,
			 bool made, bool lasting)
{
	const struct pull_request *request = &options->request;
	struct sandbox_needs needs = {
		.store = options->path,
		.writes = true,
		.made = made,
		.inputs = {request->ca_file, request->map, request->public_key},
		.location = request->location,
		.lasting = lasting,
	};
	char directory[STATE_TEXT_SIZE];

	/* A published store is the directory that its head is in. */
	if (request->reader->mirrors && location_kind(request->location) != LOCATION_URL) {
		(void)snprintf(directory, sizeof(directory), "%s", request->location);
		needs.location = dirname(directory);
	}
	return command_sandbox(command, &needs);
}

void pull_options_put_sources(struct buffer *text)
{
	reader_put_names(text);
	buffer_printf(text, ", %s", reader_mirror.name);
}

int pull_options_find_reader(const struct command *command, const char *name,
			     const struct reader **reader)
{
	_cleanup_buffer_ struct buffer names = {0};

	*reader = reader_find(name);
	if (*reader)
		return 0;
	if (strcmp(name, reader_mirror.name) == 0)
		return command_usage(command, "a mirror is pulled, with 'ismap-sync pull'");
	pull_options_put_sources(&names);
	return command_usage(command, "'%s' is not a source; there are %s", name, names.bytes);
}

/* --from names the published directory; what is fetched of it is the head. */
static int finish_mirror(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	const char *from = request->location;
	size_t length = strlen(from), ending = strlen("/" HEAD_FILE_NAME);
	bool whole = length > ending && strcmp(from + length - ending, "/" HEAD_FILE_NAME) == 0;

	if (!request->public_key)
		return command_usage(command, "--pubkey is missing: the signer's FILE.pub");
	if (options->at || request->loss_limit != UPDATE_LOSS_LIMIT_REGISTRY ||
	    request->accept_loss || request->map)
		return command_usage(
			command,
			"--at, --loss-limit, --accept-loss and --map are for publications; a mirror takes what was signed");
	if (length == 0 || strcmp(from, "-") == 0 || length + ending >= sizeof(options->head))
		return command_usage(
			command,
			"--from is the address or the directory that was published, not '%.40s'",
			from);
	while (length > 1 && from[length - 1] == '/')
		length--;
	(void)snprintf(options->head, sizeof(options->head), "%.*s%s", (int)length, from,
		       whole ? "" : "/" HEAD_FILE_NAME);
	request->location = options->head;
	return 0;
}

/* --source, and --from, which depends on it. */
static int finish_source(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	bool mirrors = strcmp(options->source, reader_mirror.name) == 0;

	request->reader = &reader_mirror;
	if (!mirrors && pull_options_find_reader(command, options->source, &request->reader) != 0)
		return EXIT_USAGE;
	if (!request->location && request->reader->address)
		return command_usage(command, "--from is missing; the official address of %s is %s",
				     request->reader->name, request->reader->address);
	if (!request->location)
		return command_usage(command, "--%s is missing", "from");
	if (mirrors)
		return finish_mirror(command, options);
	if (request->public_key)
		return command_usage(command, "--pubkey is for --source mirror");
	return 0;
}

/* What can be told of a location without asking for it, before anything is made or noted. */
static int check_location(const char *location)
{
	_cleanup_curl_url_ CURLU *url = NULL;
	_cleanup_curl_text_ char *path = NULL;

	switch (location_kind(location)) {
	case LOCATION_URL: return location_parse(location, &url) < 0 ? EXIT_USAGE : 0;
	case LOCATION_FILE_URL: return location_file_path(location, &path) < 0 ? EXIT_USAGE : 0;
	case LOCATION_STDIN:
	case LOCATION_PATH: break;
	}
	return 0;
}

int pull_options_finish(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;

	if (finish_source(command, options) != 0 ||
	    command_parse_at(command, options->at, &request->at) != 0)
		return EXIT_USAGE;
	if (request->quiet && request->verbose)
		return command_usage(command, "--quiet and --verbose exclude each other");
	if (request->ca_file && access(request->ca_file, R_OK) < 0)
		return command_usage(command, "--cacert %s can't be read: %s", request->ca_file,
				     strerror(errno));
	return check_location(request->location);
}
