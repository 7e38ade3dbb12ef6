/* publish: a store as static files, for others to mirror. */
#include "duration.h"
#include "log.h"
#include "publish.h"
#include "pull_options.h"

/* Whole seconds: that is what the head says. */
static int parse_at(const struct command *command, const char *text, int64_t *at)
{
	*at = timestamp_now();
	if (text && (pull_parse_time(text, at) < 0 || *at <= 0))
		return command_usage(command,
				     "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", text);
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

static int run(const struct command *command, const struct store_directory *store,
	       const struct publish_request *request, bool timed)
{
	if (store->state.signer[0] == '\0' && !request->key)
		return command_usage(command, "--key is missing: the FILE that 'ismap-sync keygen' "
					      "made");
	if (store->state.signer[0] == '\0')
		return (int)publish(store, request);
	if (request->key || timed)
		return command_usage(command,
				     "%s is a mirror and passes on what %s signed; --key, --at and "
				     "--expires are that signer's",
				     store->path, store->state.signer);
	return (int)publish_mirrored(store, request);
}

int command_publish(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct publish_request request = {
		.expires = PUBLISH_EXPIRES_DEFAULT,
		.grace = PUBLISH_GRACE_DEFAULT,
	};
	const char *path = NULL, *at = NULL, *expires = NULL, *grace = NULL;
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{.name = "to", .value = &request.to, .required = true},
		{.name = "key", .value = &request.key},
		{.name = "at", .value = &at},
		{.name = "expires", .value = &expires},
		{.name = "grace", .value = &grace},
		{.name = "cacert", .value = &request.ca_file},
		{.name = "quiet", .flag = &request.quiet},
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
	return run(command, &store, &request, at || expires);
}
