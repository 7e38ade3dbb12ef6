#include "store/newest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

static void close_list(DIR **list)
{
	if (*list)
		(void)closedir(*list);
}

/* A generation file's number; 0: the name isn't one's. */
static int64_t number_of(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits == 0 || digits > 18 || strcmp(name + digits, ".db") != 0)
		return 0;
	return strtoll(name, NULL, 10);
}

/* Finds the greatest number below a limit. Returns 0; -ENOENT when there is none; or another
 * -errno. */
static int find_below(int store_fd, int64_t limit, int64_t *number)
{
	int fd = openat(store_fd, STORE_GENERATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(close_list))) DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!list)
		return -errno;
	*number = 0;
	while ((entry = readdir(list))) {
		int64_t found = number_of(entry->d_name);

		if (found < limit && found > *number)
			*number = found;
	}
	return *number > 0 ? 0 : -ENOENT;
}

int newest_open(int store_fd, struct snapshot **snapshot)
{
	char path[STORE_GENERATION_PATH_SIZE];
	int64_t number = INT64_MAX;
	bool damaged = false;
	int r;

	while ((r = find_below(store_fd, number, &number)) == 0) {
		(void)snprintf(path, sizeof(path), STORE_GENERATIONS "/%lld.db", (long long)number);
		if (snapshot_open(store_fd, path, snapshot) == 0)
			return 0;
		damaged = true;
	}
	return r == -ENOENT && damaged ? -EBADMSG : r;
}
