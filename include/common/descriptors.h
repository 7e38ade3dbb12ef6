/*
 * The descriptors that a program starts with. A caller may have closed some of the
 * three standard ones, so that the next file that is opened would take their place;
 * and it may have left others open, which would keep its files and locks in use.
 */
#ifndef ISMAPFS_DESCRIPTORS_H
#define ISMAPFS_DESCRIPTORS_H

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Without /proc this many are closed. */
#define DESCRIPTORS_MAX 65536

/* Whether an argument names the descriptor, like /dev/fd/63 of a shell's <(command). */
static inline bool descriptors_is_named(int fd, char *const *arguments)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};

	for (; *arguments; arguments++)
		for (size_t i = 0; i < 2; i++) {
			const char *found = strstr(*arguments, folders[i]);
			const char *number = found ? found + strlen(folders[i]) : "";

			if (isdigit((unsigned char)*number) && strtol(number, NULL, 10) == fd)
				return true;
		}
	return false;
}

static inline void descriptors_close(int fd, char *const *kept)
{
	if (!descriptors_is_named(fd, kept))
		(void)close(fd);
}

/*
 * Closes all descriptors from first on, but those that the words in `kept`, up to a
 * NULL, name. Not by close_range(): older kernels and the filters of containers lack
 * it.
 */
static inline void descriptors_close_from(int first, char *const *kept)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;
	long limit = sysconf(_SC_OPEN_MAX);

	if (!list) {
		for (int fd = first; fd < (limit < DESCRIPTORS_MAX ? limit : DESCRIPTORS_MAX); fd++)
			descriptors_close(fd, kept);
		return;
	}
	while ((entry = readdir(list))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (isdigit((unsigned char)entry->d_name[0]) && fd >= first && fd != dirfd(list))
			descriptors_close(fd, kept);
	}
	(void)closedir(list);
}

/* Call it first in main(): opens the standard descriptors that are closed, on /dev/null, and closes
 * all others that no argument names. */
static inline void descriptors_begin(char *const *arguments)
{
	int fd = STDIN_FILENO;

	while (fd >= STDIN_FILENO && fd <= STDERR_FILENO) {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			fd = open("/", O_PATH);
	}
	descriptors_close_from(STDERR_FILENO + 1, arguments);
}

#endif
