/* publish: a store as static files, for others to mirror. */
#include "commands/sandbox.h"
#include "util/duration.h"
#include "mirror/head.h"
#include "mirror/publish.h"
#include "commands/pull_options.h"

/* Whole seconds: that is what the head says. */
static int parse_at(const struct command *command, const char *text, int64_t *at)
{
	*at = timestamp_now();
	if (text && (pull_parse_time(text, at) < 0 || *at <= 0))
		return command_usage(command,
				     "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", text);
	if (*at > timestamp_now() + HEAD_FUTURE_MAX)
		return command_usage(command, "--at %s is in the future: mirrors would refuse it",
				     text);
	*at = *at / 1000 * 1000;
	return 0;
}

static int parse_times(const struct command *command, const char *at, const char *expires,
		       const char *grace, struct publish_request *request)
{
	int r = parse_at(command, at, &request->at);

	if (r == 0)
		r = pull_options_duration(command, "expires", expires, &request->expires);
	if (r == 0)
		r = pull_options_duration(command, "grace", grace, &request->grace);
	if (r == 0 && request->expires < 1000)
		r = command_usage(command, "--expires is at least 1s");
	request->expires = request->expires / 1000 * 1000;
	return r;
}

/* Only who signed a list publishes it: a second signature would be another origin's. */
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

int command_publish(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct publish_request request = {
		.expires = PUBLISH_EXPIRES_DEFAULT,
		.grace = PUBLISH_GRACE_DEFAULT,
	};
	const char *path = NULL, *at = NULL, *expires = NULL, *grace = NULL;
	struct confine_needs needs;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		{.name = "to",
		 .value = &request.to,
		 .required = true,
		 .argument = "WEBROOT",
		 .help = N_("the directory to publish; made when it isn't there")},
		{.name = "key",
		 .value = &request.key,
		 .argument = "FILE",
		 .help = N_("the secret key")},
		{.name = "at",
		 .value = &at,
		 .argument = "TIME",
		 .help = N_("when it is published; default: now")},
		{.name = "expires",
		 .value = &expires,
		 .argument = "TIME",
		 .help = N_("how long mirrors may rely on it; default: 14d")},
		{.name = "grace",
		 .value = &grace,
		 .argument = "TIME",
		 .help = N_("how long what was replaced stays; default: 7d")},
		{.name = "quiet", .flag = &request.quiet, .help = N_("print only what changed")},
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	r = parse_times(command, at, expires, grace, &request);
	if (r != 0)
		return r;
	if (store_directory_open(&store, path) < 0)
		return EXIT_STORE;
	r = check_signer(command, &store, &request);
	if (r != 0)
		return r;
	needs = (struct confine_needs){
		.store = store.path, .output = request.to, .inputs = {request.key}};
	if (confine(command, &needs) < 0)
		return EXIT_STORE;
	return (int)publish(&store, &request);
}
