#include "pull_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "duration.h"
#include "location.h"

int pull_options_confine(const struct command *command, const struct pull_options *options,
			 bool lasting)
{
	const struct pull_request *request = &options->request;
	const struct confine_needs needs = {
		.store = options->path,
		.writes = true,
		.inputs = {request->ca_file, request->map},
		.location = request->location,
		.lasting = lasting,
	};

	return confine(command, &needs);
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
	request->source = source_find(name);
	if (!request->source)
		return command_usage(command, "'%s' is not a source; there are " SOURCE_NAMES,
				     name);
	return 0;
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
	int r = pull_options_source(command, options->source, request);

	if (r == 0)
		r = parse_number(command, "loss-limit", options->limit, 100, &request->loss_limit);
	if (r == 0)
		r = parse_number(command, "retries", options->retries, RETRY_COUNT_MAX,
				 &request->retries);
	if (r == 0)
		r = pull_options_duration(command, "retry-delay", options->retry_delay,
					  &request->retry_delay);
	if (r == 0)
		r = pull_options_duration(command, "delay", options->delay, &request->delay);
	if (r == 0 && options->at &&
	    (pull_parse_time(options->at, &request->at) < 0 || request->at == 0))
		r = command_usage(command, "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'",
				  options->at);
	if (r == 0 && request->quiet && request->verbose)
		r = command_usage(command, "--quiet and --verbose exclude each other");
	if (r == 0 && request->ca_file && access(request->ca_file, R_OK) < 0)
		r = command_usage(command, "--cacert %s can't be read: %s", request->ca_file,
				  strerror(errno));
	return r == 0 ? check_location(request->location) : r;
}
