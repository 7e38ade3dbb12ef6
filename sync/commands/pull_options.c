#include "commands/pull_options.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/sandbox.h"
#include "util/duration.h"
#include "mirror/follow.h"
#include "mirror/head.h"
#include "fetch/location.h"

int pull_options_confine(const struct command *command, const struct pull_options *options,
			 bool made, bool lasting)
{
	const struct pull_request *request = &options->request;
	struct confine_needs needs = {
		.store = options->path,
		.writes = true,
		.made = made,
		.inputs = {request->network.ca_file, request->source_options.map,
			   request->public_key},
		.location = request->location,
		.lasting = lasting,
	};
	char directory[STATE_TEXT_SIZE];

	/* Of what was published, the head is only where it begins. */
	if (request->reader->mirrors && request->location.kind != LOCATION_URL) {
		(void)snprintf(directory, sizeof(directory), "%s", request->location.text);
		needs.location.text = dirname(directory);
	}
	return confine(command, &needs);
}

enum exit_code bring_up_to_date(struct store_directory *store, const struct pull_request *request)
{
	return request->reader->mirrors ? follow(store, request) : pull(store, request);
}

static int parse_number(const struct command *command, const char *name, const char *text,
			long most, int *result)
{
	char *end;
	long number;

	if (!text)
		return 0;
	number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || number < 0 || number > most)
		return command_usage(command, "--%s is a number from 0 to %ld, not '%s'", name,
				     most, text);
	*result = (int)number;
	return 0;
}

int pull_options_source(const struct command *command, const char *name,
			struct pull_request *request)
{
	_cleanup_buffer_ struct buffer names = {0};

	request->reader = reader_find(name);
	if (request->reader)
		return 0;
	if (strcmp(name, reader_mirror.name) == 0)
		return command_usage(command, "a mirror is pulled, with 'ismap-sync pull'");
	pull_options_put_sources(&names);
	return command_usage(command, "'%s' is not a source; there are %s", name, names.bytes);
}

void pull_options_put_sources(struct buffer *text)
{
	reader_put_names(text);
	buffer_printf(text, ", %s", reader_mirror.name);
}

/* --from names the published directory; what is fetched of it is the head. */
static int finish_mirror(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	const char *from = options->from;
	size_t length = strlen(from), ending = strlen("/" HEAD_FILE_NAME);
	bool whole = length > ending && strcmp(from + length - ending, "/" HEAD_FILE_NAME) == 0;

	request->reader = &reader_mirror;
	if (!request->public_key)
		return command_usage(command, "--pubkey is missing: the FILE.pub of who signs");
	if (options->at || options->limit || request->accept_loss || request->source_options.map)
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
	options->from = options->head;
	return 0;
}

static int finish_source(const struct command *command, struct pull_options *options)
{
	if (strcmp(options->source, reader_mirror.name) == 0)
		return finish_mirror(command, options);
	if (options->request.public_key)
		return command_usage(command, "--pubkey is for --source mirror");
	return pull_options_source(command, options->source, &options->request);
}

int pull_options_duration(const struct command *command, const char *name, const char *text,
			  int64_t *milliseconds)
{
	if (text && duration_parse(text, milliseconds) < 0)
		return command_usage(command,
				     "--%s is a time like 500ms, 20s, 30m, 6h or 1d, not '%s'",
				     name, text);
	return 0;
}

/* What can be told of a location without asking for it, before anything is made or noted. */
static int check_location(const struct location *location)
{
	_cleanup_curl_url_ CURLU *url = NULL;
	_cleanup_curl_text_ char *path = NULL;
	struct reason reason = {.about = location->text};
	int r = 0;

	if (location->kind == LOCATION_URL)
		r = location_parse(location->text, &reason, &url);
	if (location->kind == LOCATION_FILE_URL)
		r = location_file_path(location->text, &reason, &path);
	reason_say(&reason);
	return r < 0 ? EXIT_USAGE : 0;
}

int pull_options_finish(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	int r = finish_source(command, options);

	if (r == 0)
		r = parse_number(command, "loss-limit", options->limit, 100, &request->loss_limit);
	if (r == 0)
		r = parse_number(command, "retries", options->retries, RETRY_COUNT_MAX,
				 &request->network.retries);
	if (r == 0)
		r = pull_options_duration(command, "retry-delay", options->retry_delay,
					  &request->network.retry_delay);
	if (r == 0)
		r = pull_options_duration(command, "delay", options->delay,
					  &request->source_options.delay);
	if (r == 0 && options->at &&
	    (pull_parse_time(options->at, &request->at) < 0 || request->at == 0))
		r = command_usage(command, "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'",
				  options->at);
	if (r == 0 && request->network.quiet && request->network.verbose)
		r = command_usage(command, "--quiet and --verbose exclude each other");
	if (r == 0 && request->network.ca_file && access(request->network.ca_file, R_OK) < 0)
		r = command_usage(command, "--cacert %s can't be read: %s",
				  request->network.ca_file, strerror(errno));
	if (r != 0)
		return r;
	request->location = location_of(options->from);
	return check_location(&request->location);
}
