#include "store/current.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "store.h"
#include "util/file.h"

/* `current` leads nowhere, as in a copy whose parts were copied one after the other. */
static int fall_back(int store_fd, const char *store_path,
		     char current[static STORE_GENERATION_PATH_SIZE])
{
	char missing[STORE_GENERATION_PATH_SIZE];
	int r;

	memcpy(missing, current, STORE_GENERATION_PATH_SIZE);
	r = store_find_newest(store_fd, current);
	if (r < 0)
		return log_error_errno(
			r,
			"%s/" STORE_CURRENT
			" leads to %s, which is missing, and no other generation is whole; restore the store from a backup, or move it away and pull again",
			store_path, missing);
	log_warning(
		"%s/" STORE_CURRENT
		" leads to %s, which is missing; %s counts instead, the newest generation that is whole",
		store_path, missing, current);
	return 0;
}

/* A copy by a tool that leaves out symlinks, or makes files of them, lacks `current`. It holds a
 * list all the same, which the next one must not be written over. */
static int do_without(int store_fd, const char *store_path,
		      char current[static STORE_GENERATION_PATH_SIZE])
{
	int r = store_find_newest(store_fd, current);

	if (r == -ENOENT) {
		current[0] = '\0';
		return 0;
	}
	if (r < 0)
		return log_error_errno(
			r,
			"%s has no symlink " STORE_CURRENT
			", and no generation of it is whole; restore the store from a backup, or move it away and pull again",
			store_path);
	log_warning("%s has no symlink " STORE_CURRENT
		    "; %s counts, the newest generation that is whole",
		    store_path, current);
	return 0;
}

int current_read(int store_fd, const char *store_path,
		 char current[static STORE_GENERATION_PATH_SIZE])
{
	int r = store_current_path(store_fd, current);

	if (!store_owns_generations(store_fd))
		return log_error_errno(
			-ENOTDIR,
			"%s/" STORE_GENERATIONS
			" is no folder of the store's own; put the folder itself there",
			store_path);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(
			r, "%s/" STORE_CURRENT " does not name a generation file: %m", store_path);
	if (r == -ENOENT)
		r = do_without(store_fd, store_path, current);
	else if (!file_exists(store_fd, current) && errno == ENOENT)
		r = fall_back(store_fd, store_path, current);
	return r;
}

int current_switch(int store_fd, const char *path)
{
	if (unlinkat(store_fd, STORE_CURRENT_TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	if (symlinkat(path, store_fd, STORE_CURRENT_TEMPORARY) < 0)
		return -errno;
	if (renameat(store_fd, STORE_CURRENT_TEMPORARY, store_fd, STORE_CURRENT) < 0)
		return -errno;
	return fsync(store_fd) < 0 ? -errno : 0;
}

int current_mend(int store_fd, const char *store_path, const char *current)
{
	char path[STORE_GENERATION_PATH_SIZE];
	int r = store_current_path(store_fd, path);

	if (current[0] == '\0' || (r == 0 && strcmp(path, current) == 0))
		return 0;
	r = current_switch(store_fd, current);
	return r < 0 ? log_error_errno(r, "%s/" STORE_CURRENT ": cannot write: %m", store_path) : 0;
}
