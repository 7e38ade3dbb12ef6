#include "commands/query/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "util/file.h"

/* Seconds. */
#define LEFTOVER_AGE (24 * 60 * 60)

static bool is_leftover(int folder, const char *name)
{
	const char *number = name + strlen(TEMPORARY_STORE);
	struct stat attributes;

	return strncmp(name, TEMPORARY_STORE, strlen(TEMPORARY_STORE)) == 0 &&
	       strlen(number) == 16 && strspn(number, "0123456789abcdef") == 16 &&
	       fstatat(folder, name, &attributes, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(attributes.st_mode) && attributes.st_uid == geteuid() &&
	       attributes.st_mtime < time(NULL) - LEFTOVER_AGE;
}

void remove_leftovers(const char *folder)
{
	_cleanup_closedir_ DIR *entries = opendir(folder);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (entries && (entry = readdir(entries))) {
		if (!is_leftover(dirfd(entries), entry->d_name))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) <
		    (int)sizeof(path))
			(void)file_remove_tree(path);
	}
}
