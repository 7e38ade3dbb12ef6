#include "store/current.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "store.h"
#include "store/database.h"
#include "util/file.h"

/* Of a file that is damaged, or of an older version, there is none. */
void current_read_chain(struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const unsigned char *chain;

	store->chain[0] = '\0';
	if (store_open_reader(store->fd, store->current, &database) < 0 ||
	    sqlite3_prepare_v2(database, "SELECT chain FROM generation ORDER BY id DESC LIMIT 1",
			       -1, &row, NULL) != SQLITE_OK ||
	    sqlite3_step(row) != SQLITE_ROW)
		return;
	chain = sqlite3_column_text(row, 0);
	if (chain)
		(void)snprintf(store->chain, sizeof(store->chain), "%.64s", (const char *)chain);
}

/* `current` leads nowhere, as in a copy whose parts were copied one after the other. */
static int fall_back(struct store_directory *store)
{
	char missing[STORE_GENERATION_PATH_SIZE];
	int r;

	memcpy(missing, store->current, sizeof(missing));
	r = store_find_newest(store->fd, store->current);
	if (r < 0)
		return log_error_errno(
			r,
			"%s/" STORE_CURRENT
			" leads to %s, which is missing, and no other generation is whole; restore the store from a backup, or move it away and pull again",
			store->path, missing);
	log_warning(
		"%s/" STORE_CURRENT
		" leads to %s, which is missing; %s counts instead, the newest generation that is whole",
		store->path, missing, store->current);
	return 0;
}

/* A copy by a tool that leaves out symlinks, or makes files of them, lacks `current`. It holds a
 * list all the same, which the next one must not be written over. */
static int do_without(struct store_directory *store)
{
	int r = store_find_newest(store->fd, store->current);

	if (r == -ENOENT) {
		store->current[0] = '\0';
		return 0;
	}
	if (r < 0)
		return log_error_errno(
			r,
			"%s has no symlink " STORE_CURRENT
			", and no generation of it is whole; restore the store from a backup, or move it away and pull again",
			store->path);
	log_warning("%s has no symlink " STORE_CURRENT
		    "; %s counts, the newest generation that is whole",
		    store->path, store->current);
	return 0;
}

int current_read(struct store_directory *store)
{
	int r = store_current_path(store->fd, store->current);

	if (!store_owns_generations(store->fd))
		return log_error_errno(
			-ENOTDIR,
			"%s/" STORE_GENERATIONS
			" is no folder of the store's own; put the folder itself there",
			store->path);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(
			r, "%s/" STORE_CURRENT " does not name a generation file: %m", store->path);
	if (r == -ENOENT)
		r = do_without(store);
	else if (!file_exists(store->fd, store->current) && errno == ENOENT)
		r = fall_back(store);
	if (r == 0 && store->current[0] != '\0')
		current_read_chain(store);
	return r;
}

int current_switch(struct store_directory *store, const char *path)
{
	if (unlinkat(store->fd, STORE_CURRENT_TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	if (symlinkat(path, store->fd, STORE_CURRENT_TEMPORARY) < 0)
		return -errno;
	if (renameat(store->fd, STORE_CURRENT_TEMPORARY, store->fd, STORE_CURRENT) < 0)
		return -errno;
	return fsync(store->fd) < 0 ? -errno : 0;
}

int current_mend(struct store_directory *store)
{
	char path[STORE_GENERATION_PATH_SIZE];
	int r = store_current_path(store->fd, path);

	if (store->current[0] == '\0' || (r == 0 && strcmp(path, store->current) == 0))
		return 0;
	r = current_switch(store, store->current);
	return r < 0 ? log_error_errno(r, "%s/" STORE_CURRENT ": cannot write: %m", store->path)
		     : 0;
}
