/* verify: the full check of a store. It changes nothing and needs no lock, as a generation's file
 * is never written again. */
#include <errno.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "mirror/kept_head.h"
#include "store/check.h"
#include "store/reader.h"
#include "util/checksum.h"
#include "util/print.h"

/* Whether the file is the one that was made, or signed. Returns 0 or -errno, already reported. */
static int verify_file(const struct store_directory *store)
{
	struct reason altered = {.about = store->path}, differs = {.about = store->path};
	char sha256[CHECKSUM_TEXT_SIZE];
	int64_t size;
	int r = checksum_file(store->fd, store->current, &size, sha256), head = 0;

	if (r < 0)
		return log_error_errno(r, "%s/%s cannot be read: %m", store->path, store->current);
	r = store_compare_digest(store, size, sha256, &altered);
	reason_say(&altered);
	if (store->state.signer[0] != '\0')
		head = kept_head_check(store, size, sha256, &differs);
	reason_say(&differs);
	if (r == -ENOENT)
		log_info(
			"%s has no digest of %s, so nobody can tell whether the file was altered since it was made; the next generation gets one",
			store->path, store->current);
	if (head == -ENOENT && differs.sentence[0] == '\0')
		log_info(
			"%s keeps the signed head of another generation; the next pull brings this one's",
			store->path);
	if (r < 0 && r != -ENOENT)
		return r;
	return head < 0 && differs.sentence[0] != '\0' ? head : 0;
}

static int verify_content(const struct store_directory *store, sqlite3 *database)
{
	struct reason reason = {.about = store->path};
	char name[STATE_TEXT_SIZE];
	int r;

	(void)snprintf(name, sizeof(name), "%.900s/%s", store->path, store->current);
	r = store_check(database, name, &reason);
	reason_say(&reason);
	return r;
}

/* What is wrong with the content is worth knowing also of a file that was altered. */
static int verify(const struct store_directory *store, sqlite3 *database)
{
	int file = verify_file(store);
	int content = verify_content(store, database);

	return file < 0 ? file : content;
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
	r = command_sandbox(command, &(struct sandbox_needs){.store = path});
	if (r == 0)
		r = store_reader_open_any(&store, path, &database);
	if (r == 0)
		r = verify(&store, database);
	if (r < 0)
		return EXIT_STORE;
	print_line("ok: %s/%s", path, store.current);
	return EXIT_DONE;
}

const struct command command_verify = {
	.name = "verify",
	.synopsis = "--store DIR",
	.summary = N_("check the store whole"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_verify,
};
