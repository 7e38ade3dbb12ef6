/* probe: what a portal answers, and what the label map makes of it. Stores nothing. */
#include <errno.h>

#include "cli/pull_options.h"
#include "cli/sandbox.h"

static int run_probe(const struct command *command, int argc, char **argv)
{
	struct source_options options = {.delay = SOURCE_DELAY_DEFAULT};
	struct network network = {.retries = 0};
	const char *location = NULL;
	const struct command_option list[] = {
		OPTION("from", &location, "URL", "the portal's address", .required = true),
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
	portal = location_of(location);
	needs = (struct sandbox_needs){.inputs = {options.map, network.ca_file},
				       .locations = &portal,
				       .location_count = 1};
	if (command_sandbox(command, &needs) < 0)
		return EXIT_STORE;
	reason.about = location;
	r = reader_probe(&network, location, &options, &reason);
	if (r == 0)
		return EXIT_DONE;
	reason_say(&reason);
	if (reason.refused)
		return EXIT_REFUSED;
	return r == -EINVAL ? EXIT_USAGE : EXIT_FETCH;
}

const struct command command_probe = {
	.name = "probe",
	.synopsis = "--from URL",
	.summary = N_("what a portal answers, and what the label map makes of it"),
	.exit_status = N_("3 could not fetch, 4 the portal answers with no list"),
	.run = run_probe,
};
