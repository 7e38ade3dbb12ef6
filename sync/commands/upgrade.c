/* upgrade: brings a store that an older version made up to date. */
#include "cli/command.h"
#include "cli/sandbox.h"
#include "pull/upgrade.h"
#include "store/reader.h"

/* Also whether this program reads the store that it leaves alone. */
static int run(struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	int r = upgrade(store);

	if (r != 0)
		return r;
	r = store->current[0] == '\0' ? 0 : store_reader_open_current(store, &database);
	if (r == 0)
		(void)printf("unchanged: the store is of schema version %d already\n",
			     STORE_SCHEMA_VERSION);
	return r;
}

static int run_upgrade(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	if (command_open_writer(command, &(struct sandbox_needs){.store = path, .writes = true},
				false, &store) < 0)
		return EXIT_STORE;
	return run(&store) < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_upgrade = {
	.name = "upgrade",
	.synopsis = "--store DIR",
	.summary = N_("bring a store of an older version up to date"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_upgrade,
};
