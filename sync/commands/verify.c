/* verify: the full check of a store. It changes nothing and needs no lock, as a generation's file
 * is never written again. */
#include "cli/command.h"
#include "cli/sandbox.h"
#include "store/check.h"
#include "store/reader.h"

static int verify(const struct store_directory *store, sqlite3 *database)
{
	struct reason reason = {.about = store->path};
	char name[STATE_TEXT_SIZE];
	int r;

	(void)snprintf(name, sizeof(name), "%.900s/%s", store->path, store->current);
	r = store_check(database, name, &reason);
	reason_say(&reason);
	return r;
}

static int run_verify(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	const char *path = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = command_open_store(command, &(struct sandbox_needs){.store = path}, &store, &database);
	if (r == 0)
		r = verify(&store, database);
	if (r < 0)
		return EXIT_STORE;
	(void)printf("ok: %s/%s\n", path, store.current);
	return EXIT_DONE;
}

const struct command command_verify = {
	.name = "verify",
	.synopsis = "--store DIR",
	.summary = N_("check the store whole"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_verify,
};
