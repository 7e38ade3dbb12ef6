/* probe: what a portal or a table holds, and what a map makes of it. Stores nothing. */
#include <errno.h>

#include "cli/pull_options.h"
#include "cli/sandbox.h"

static int run_probe(const struct command *command, int argc, char **argv)
{
	struct source_options options = {.delay = SOURCE_DELAY_DEFAULT};
	struct network network = {.retries = 0};
	const struct reader *reader = reader_find_probe();
	const char *location = NULL, *source = reader->name;
	const struct command_option list[] = {
		OPTION("from", &location, "LOCATION",
		       "the portal's address, or a table's; or a file", .required = true),
		SOURCE_OPTION(&source, reader_put_names),
		PORTAL_OPTIONS(options),
		CACERT_OPTION(&network.ca_file),
		FLAG("verbose", &network.verbose, "tell of each request"),
		{0},
	};
	struct location portal;
	struct sandbox_needs needs;
	struct reason reason = {0};
	int r = command_options(command, argc, argv, list, NULL);

	if (r != 0)
		return r;
	r = pull_options_find_reader(command, source, &reader);
	if (r != 0)
		return r;
	if (!reader->probe)
		return command_usage(command, "--source %s has nothing to try", source);
	portal = location_of(location);
	needs = (struct sandbox_needs){.inputs = {options.map, network.ca_file},
				       .locations = &portal,
				       .location_count = 1};
	if (command_sandbox(command, &needs) < 0)
		return EXIT_STORE;
	reason.about = location;
	r = reader->probe(&network, location, &options, &reason);
	if (r == 0)
		return EXIT_DONE;
	reason_say(&reason);
	if (reason.refused)
		return EXIT_REFUSED;
	return r == -EINVAL ? EXIT_USAGE : EXIT_FETCH;
}

const struct command command_probe = {
	.name = "probe",
	.synopsis = "--from LOCATION",
	.summary = N_("what a portal or a table holds, and what a map makes of it"),
	.exit_status = N_("3 could not fetch, 4 it holds no list"),
	.run = run_probe,
};
