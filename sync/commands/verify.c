/* verify: the full check of a store. Nothing is changed, and no lock is taken: files are never
 * written again. */
#include <errno.h>

#include "commands/command.h"
#include "commands/sandbox.h"
#include "store/database.h"
#include "common/log.h"
#include "store/check.h"
#include "store/directory.h"

static int verify(const struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	struct reason reason = {.about = store->path};
	char name[STATE_TEXT_SIZE];
	int r = store_open_reader(store->fd, store->current, &database);

	(void)snprintf(name, sizeof(name), "%.900s/%s", store->path, store->current);
	if (r == -EPROTONOSUPPORT)
		return log_error_errno(r, "%s is of another version of ismapfs", name);
	if (r < 0)
		return log_error_errno(r, "%s cannot be opened: %m", name);
	r = store_check(database, name, &reason);
	reason_say(&reason);
	return r;
}

int command_verify(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	const char *path = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	r = confine(command, &(struct confine_needs){.store = path});
	if (r == 0)
		r = store_directory_open(&store, path);
	if (r == 0)
		r = verify(&store);
	if (r < 0)
		return command_failed(command, r);
	(void)printf("ok: %s/%s\n", path, store.current);
	return EXIT_DONE;
}
