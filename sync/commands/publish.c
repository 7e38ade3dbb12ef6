/* publish: a store as static files, for others to mirror. */
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/sandbox.h"
#include "util/clock.h"
#include "util/duration.h"
#include "mirror/head.h"
#include "mirror/publish.h"
#include "cli/pull_options.h"
#include "store/reader.h"

/* The head tells whole seconds. */
static int parse_times(const struct command *command, const struct store_directory *store,
		       const char *at, struct publish_request *request)
{
	const struct clock_reading clock = clock_read(0);
	char zone[STORE_ZONE_SIZE];
	bool is_day;
	int r;

	request->at = clock.now;
	request->now = clock.witnessed ? clock.now : 0;
	r = command_parse_at(command, at, &request->at, &is_day);
	if (r != 0)
		return r;
	if (is_day && store_reader_find_zone(store, zone) == 0)
		request->at = local_instant(zone, request->at);
	if (request->at > clock.now + HEAD_FUTURE_MAX)
		return command_usage(command, "--at %s is in the future: mirrors would refuse it",
				     at);
	if (request->expires < 1000)
		return command_usage(command, "--expires is at least 1s");
	request->at = request->at / 1000 * 1000;
	request->expires = request->expires / 1000 * 1000;
	return 0;
}

/* A mirror isn't published again: with a second signature it would be another origin. */
static int check_signer(const struct command *command, const struct store_directory *store,
			const struct publish_request *request)
{
	if (store->state.signer[0] != '\0')
		return command_usage(
			command,
			"%s is a mirror of what %s signed; to pass that on, copy the published directory",
			store->path, store->state.signer);
	if (!request->key)
		return command_usage(command,
				     "--key is missing: the FILE that 'ismap-sync keygen' made");
	return 0;
}

/* Whether a place is the folder or below it; both have neither links nor dots. */
static bool is_within(const char *place, const char *folder)
{
	size_t length = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(place, folder, length) == 0 &&
	       (place[length] == '/' || place[length] == '\0');
}

/* Mirrors would be given what is the store's own, and a sweep of the webroot would look at it. */
static int check_place(const struct command *command, const char *path, const char *to)
{
	char store[PATH_MAX], webroot[PATH_MAX], copy[PATH_MAX];
	bool exists = realpath(to, webroot);

	(void)snprintf(copy, sizeof(copy), "%s", to);
	/* What isn't there is told when it is opened; of a webroot that is to be made, where. */
	if (!realpath(path, store) || (!exists && !realpath(dirname(copy), webroot)))
		return 0;
	if (is_within(webroot, store))
		return command_usage(command,
				     "--to %s is in the store; publish to another directory", to);
	if (exists && is_within(store, webroot))
		return command_usage(command,
				     "the store is in --to %s; publish to another directory", to);
	return 0;
}

static int run_publish(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct publish_request request = {
		.expires = PUBLISH_EXPIRES_DEFAULT,
		.grace = PUBLISH_GRACE_DEFAULT,
	};
	const char *path = NULL, *at = NULL;
	struct sandbox_needs needs;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("to", &request.to, "WEBROOT",
		       "the directory to publish; made when it isn't there", .required = true),
		OPTION("key", &request.key, "FILE", "the secret key"),
		OPTION("at", &at, "TIME", "when it is published; default: now"),
		DURATION("expires", &request.expires,
			 "how long mirrors may rely on it; default: 14d"),
		DURATION("grace", &request.grace, "how long what was replaced stays; default: 7d"),
		FLAG("quiet", &request.quiet, "print only what changed"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	/* cppcheck-suppress knownConditionTrueFalse; a required option has a value */
	if (r == 0 && path)
		r = check_place(command, path, request.to);
	if (r != 0)
		return r;
	needs = (struct sandbox_needs){
		.store = path, .output = request.to, .output_stays = true, .inputs = {request.key}};
	if (command_sandbox(command, &needs) < 0 || store_directory_open(&store, path) < 0)
		return EXIT_STORE;
	r = parse_times(command, &store, at, &request);
	if (r == 0)
		r = check_signer(command, &store, &request);
	if (r != 0)
		return r;
	return (int)publish(&store, &request);
}

const struct command command_publish = {
	.name = "publish",
	.synopsis = "--store DIR --to WEBROOT",
	.summary = N_("sign a store and lay it out for mirrors"),
	.exit_status = N_("5 store or WEBROOT unusable"),
	.run = run_publish,
};
