/* publish: a store as static files, for others to mirror. */
#include <libgen.h>

#include "cli/sandbox.h"
#include "util/duration.h"
#include "fetch/location.h"
#include "mirror/publish.h"
#include "cli/pull_options.h"

/* The head tells whole seconds. */
static int parse_times(const struct command *command, const char *at,
		       struct publish_request *request)
{
	int r;

	request->at = timestamp_now();
	r = command_parse_at(command, at, &request->at);
	if (r != 0)
		return r;
	if (request->at > timestamp_now() + HEAD_FUTURE_MAX)
		return command_usage(command, "--at %s is to come: mirrors would refuse it", at);
	if (request->expires < 1000)
		return command_usage(command, "--expires is at least 1s");
	request->at = request->at / 1000 * 1000;
	request->expires = request->expires / 1000 * 1000;
	return 0;
}

/* Who signs: the user, or the origin that the store is a mirror of. */
static int check_signer(const struct command *command, const struct store_directory *store,
			const struct publish_request *request, bool timed)
{
	if (store->state.signer[0] == '\0' && !request->key)
		return command_usage(command,
				     "--key is missing: the FILE that 'ismap-sync keygen' made");
	if (store->state.signer[0] != '\0' && (request->key || timed))
		return command_usage(
			command,
			"%s is a mirror and passes on what %s signed; --key, --at and --expires are that signer's",
			store->path, store->state.signer);
	return 0;
}

static int keep_to_needs(const struct command *command, const struct store_directory *store,
			 const struct publish_request *request)
{
	const char *location = request->key ? NULL : store->state.location;
	struct sandbox_needs needs = {
		.store = store->path,
		.output = request->to,
		.inputs = {request->key, request->ca_file},
		.location = location,
	};
	char directory[STATE_TEXT_SIZE];

	if (location && location_kind(location) != LOCATION_URL) {
		(void)snprintf(directory, sizeof(directory), "%s", location);
		needs.location = dirname(directory);
	}
	return command_sandbox(command, &needs);
}

static int run_publish(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct publish_request request = {
		.expires = PUBLISH_EXPIRES_DEFAULT,
		.grace = PUBLISH_GRACE_DEFAULT,
	};
	const char *path = NULL, *at = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("to", &request.to, "WEBROOT",
		       "the directory to publish; made when it isn't there", .required = true),
		OPTION("key", &request.key, "FILE", "the secret key; a mirror has no need of one"),
		OPTION("at", &at, "TIME", "when it is published; default: now"),
		DURATION("expires", &request.expires,
			 "how long mirrors may rely on it; default: 14d"),
		DURATION("grace", &request.grace, "how long what was replaced stays; default: 7d"),
		OPTION("cacert", &request.ca_file, "FILE",
		       "for what a mirror passes on: as for pull"),
		FLAG("quiet", &request.quiet, "print only what changed"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = parse_times(command, at, &request);
	if (r != 0)
		return r;
	if (store_directory_open(&store, path) < 0)
		return EXIT_STORE;
	r = check_signer(command, &store, &request,
			 at || request.expires != PUBLISH_EXPIRES_DEFAULT);
	if (r != 0)
		return r;
	if (keep_to_needs(command, &store, &request) < 0)
		return EXIT_STORE;
	return (int)(request.key ? publish(&store, &request) : publish_mirrored(&store, &request));
}

const struct command command_publish = {
	.name = "publish",
	.synopsis = "--store DIR --to WEBROOT",
	.summary = N_("sign a store and lay it out for mirrors"),
	.exit_status =
		N_("3 could not fetch what is passed on, 4 refused, 5 store or WEBROOT unusable"),
	.run = run_publish,
};
